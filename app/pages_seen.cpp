#include "app/pages_seen.h"

#include <fmt/core.h>

#include "storage/archive.h"

namespace smallprint {
namespace {

/// Lengths before texts, so that no two lists of texts give the same bytes.
class Fields {
 public:
  void add(std::string_view text) { bytes_ += fmt::format("{}:{}", text.size(), text); }
  void add(std::size_t number) { bytes_ += fmt::format("{},", number); }
  void add(const std::vector<Selection>& selections) {
    add(selections.size());
    for (const Selection& selection : selections) {
      add(selection.index());
      if (const auto* selector = std::get_if<std::string>(&selection)) {
        add(*selector);
      } else if (const auto* range = std::get_if<SelectorRange>(&selection)) {
        for (const std::string* end :
             {&range->start_before, &range->start_after, &range->end_before, &range->end_after})
          add(*end);
      }
    }
  }
  [[nodiscard]] std::string hash() const { return sha256_hex(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace

std::string reading_of(const Declaration& declaration, std::uint32_t versions) {
  Fields fields;
  fields.add(extraction_fingerprint());
  fields.add(declaration.language);
  fields.add(declaration.sources.size());
  for (const Source& source : declaration.sources) {
    fields.add(source.url);
    fields.add(source.select);
    fields.add(source.remove);
    fields.add(source.filters.size());
    for (const std::string& filter : source.filters) fields.add(filter);
    fields.add(source.execute_client_scripts ? 1 : 0);
  }
  return fmt::format("{}:{}:", versions, fields.hash());
}

std::string hash_of(const std::vector<Page>& pages) {
  Fields fields;
  for (const Page& page : pages) {
    fields.add(page.url);
    fields.add(page.content_type);
    fields.add(sha256_hex(page.body));
  }
  return fields.hash();
}

}  // namespace smallprint
