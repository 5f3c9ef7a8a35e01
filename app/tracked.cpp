#include "app/tracked.h"

#include <charconv>
#include <cstdint>
#include <utility>
#include <variant>

#include "app/schedule.h"

namespace smallprint {
namespace {

/// Of the form below. Another one makes every document one that is declared otherwise, and visited.
constexpr std::string_view form = "1;";

// Each value is its length, a colon, and its bytes; each list its length, a colon, and its items.

class Packer {
 public:
  void number(std::size_t value) { (bytes_ += std::to_string(value)) += ':'; }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  std::string bytes_{form};
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : left_(bytes) {
    whole_ = left_.starts_with(form);
    if (whole_) left_.remove_prefix(form.size());
  }
  /// Of what follows, at least a byte each.
  std::size_t number() {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), value);
    const std::size_t length = static_cast<std::size_t>(end - left_.data());
    whole_ = whole_ && error == std::errc{} && length < left_.size() && left_[length] == ':' &&
             value <= left_.size() - length - 1;
    if (!whole_) return 0;
    left_.remove_prefix(length + 1);
    return value;
  }
  std::string text() {
    const std::size_t length = number();
    std::string value(left_.substr(0, whole_ ? length : 0));
    left_.remove_prefix(value.size());
    return value;
  }
  [[nodiscard]] bool ended() const { return whole_ && left_.empty(); }
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  std::string_view left_;
  bool whole_ = false;
};

void pack(Packer& out, const std::vector<Selection>& selections) {
  out.number(selections.size());
  for (const Selection& selection : selections) {
    if (const auto* selector = std::get_if<std::string>(&selection)) {
      out.text("s");
      out.text(*selector);
    } else {
      const auto& range = std::get<SelectorRange>(selection);
      out.text("r");
      for (const std::string* part : {&range.start_before, &range.start_after, &range.end_before, &range.end_after}) {
        out.text(*part);
      }
    }
  }
}

std::vector<Selection> unpack_selections(Unpacker& in) {
  std::vector<Selection> selections;
  for (std::size_t count = in.number(); count > 0 && in.whole(); --count) {
    if (in.text() == "s") {
      selections.emplace_back(in.text());
    } else {
      SelectorRange range;
      for (std::string* part : {&range.start_before, &range.start_after, &range.end_before, &range.end_after}) {
        *part = in.text();
      }
      selections.emplace_back(std::move(range));
    }
  }
  return selections;
}

}  // namespace

std::string pack(const Declaration& declaration) {
  Packer out;
  for (const std::string* value : {&declaration.id, &declaration.service_name, &declaration.terms_type,
                                   &declaration.region, &declaration.language, &declaration.proxy}) {
    out.text(*value);
  }
  out.text(declaration.ignore_robots ? "y" : "n");
  out.number(declaration.sources.size());
  for (const Source& source : declaration.sources) {
    out.text(source.url);
    pack(out, source.select);
    pack(out, source.remove);
    out.number(source.filters.size());
    for (const std::string& filter : source.filters) out.text(filter);
    out.text(source.execute_client_scripts ? "y" : "n");
  }
  return std::move(out.bytes_);
}

Result<Declaration> unpack_declaration(std::string_view packed) {
  Unpacker in(packed);
  Declaration declaration;
  for (std::string* value : {&declaration.id, &declaration.service_name, &declaration.terms_type, &declaration.region,
                             &declaration.language, &declaration.proxy}) {
    *value = in.text();
  }
  declaration.ignore_robots = in.text() == "y";
  for (std::size_t count = in.number(); count > 0 && in.whole(); --count) {
    Source source;
    source.url = in.text();
    source.select = unpack_selections(in);
    source.remove = unpack_selections(in);
    for (std::size_t filters = in.number(); filters > 0 && in.whole(); --filters) source.filters.push_back(in.text());
    source.execute_client_scripts = in.text() == "y";
    declaration.sources.push_back(std::move(source));
  }
  if (!in.ended()) return Error{ErrorCode::bad_input, "the schedule has a declaration that this program does not read"};
  return declaration;
}

TrackedDocument tracked_document(const Declaration& declaration) {
  TrackedDocument tracked;
  tracked.document = {declaration.id, declaration.service_name, declaration.terms_type, declaration.region, {}};
  for (const Source& source : sources_at(declaration, Timestamp::max())) tracked.document.urls.push_back(source.url);
  if (!declaration.sources.empty()) tracked.host = host_of(declaration.sources.front().url);
  tracked.declaration = pack(declaration);
  return tracked;
}

}  // namespace smallprint
