#include "app/export_warc.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/partial_files.h"
#include "app/version.h"
#include "server/negotiate.h"
#include "storage/hash.h"

namespace smallprint {
namespace {

constexpr std::uint64_t file_bytes = 1U << 30;

std::string file_name(std::size_t number) { return fmt::format("smallprint-{:05}.warc.gz", number); }

/// A header's name or value, which came from outside: one line, and no way out of it.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return line;
}

/// An address as a URI: what cannot stand in one, as %E9.
std::string uri(std::string_view address) {
  std::string out;
  for (const char c : address) {
    const auto byte = static_cast<unsigned char>(c);
    const bool bad = byte <= 0x20 || byte >= 0x7F || std::string_view("<>\"\\^`{|}").find(c) != std::string_view::npos;
    out += bad ? fmt::format("%{:02X}", byte) : std::string(1, c);
  }
  return out;
}

/// A UUID (version 8, RFC 9562) that follows from what it names.
std::string record_id(std::string_view what) {
  Sha256 hash = sha256(what);
  hash[6] = static_cast<std::uint8_t>(0x80U | (hash[6] & 0x0FU));
  hash[8] = static_cast<std::uint8_t>(0x80U | (hash[8] & 0x3FU));
  const std::string hex = to_hex(view(hash).substr(0, 16));
  return fmt::format("<urn:uuid:{}-{}-{}-{}-{}>", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

std::string digest(std::string_view bytes) { return "sha256:" + sha256_hex(bytes); }

struct Record {
  const char* type;
  std::string id;
  Timestamp date;
  std::string content_type;
  std::vector<std::pair<const char*, std::string>> more;  ///< further fields
  std::string block;
};

Result<std::string> compressed(const Record& record) {
  std::string text = fmt::format(
      "WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: {}\r\nWARC-Date: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
      "WARC-Block-Digest: {}\r\n",
      record.type, record.id, format_rfc3339(record.date), record.content_type, record.block.size(),
      digest(record.block));
  for (const auto& [name, value] : record.more) text.append(name).append(": ").append(value).append("\r\n");
  text.append("\r\n").append(record.block).append("\r\n\r\n");
  auto member = gzip(text);
  if (!member) return Error{ErrorCode::limit, "a page is too large to be compressed"};
  return std::move(*member);
}

const std::string* header(const Snapshot& page, std::string_view name) {
  const auto found =
      std::find_if(page.headers.begin(), page.headers.end(), [&](const auto& one) { return one.first == name; });
  return found == page.headers.end() ? nullptr : &found->second;
}

/// The answer as it would have come without compression: the body is kept decoded, so that headers on how it came would
/// mislead; they have another name.
std::string answer(const Snapshot& page) {
  constexpr std::array<std::string_view, 3> of_the_way = {"content-encoding", "content-length", "transfer-encoding"};
  std::string text = fmt::format("HTTP/1.1 {} \r\n", page.status);
  for (const auto& [name, value] : page.headers) {
    const bool renamed = std::find(of_the_way.begin(), of_the_way.end(), name) != of_the_way.end();
    text += (renamed ? "x-archive-orig-" : "") + one_line(name) + ": " + one_line(value) + "\r\n";
  }
  text += fmt::format("content-length: {}\r\n\r\n", page.body.size());
  return text;
}

class Export {
 public:
  Export(const Archive& archive, PartialFiles& files, const ExportOptions& options)
      : archive_(archive), files_(files), options_(options) {}

  Result<ExportSummary> run(const std::string& folder) {
    const auto total = count_versions(archive_, options_);
    if (!total) return total.error();
    total_ = *total;
    if (auto begun = begin_file(); !begun) return begun.error();
    const auto done = each_document(archive_, options_, [this](const DocumentRow& document) -> Result<void> {
      const std::uint64_t before = summary_.versions;
      auto written = each_version(archive_, document, options_,
                                  [this, &document](const VersionRow& version) { return write(document, version); });
      summary_.documents += summary_.versions > before ? 1 : 0;
      return written;
    });
    if (!done) return done.error();
    auto paths = files_.finish();
    if (!paths) return paths.error();
    summary_.files = std::move(paths).value();
    // An earlier run may have needed more files.
    std::error_code ignored;
    for (std::size_t next = count_ + 1;
         std::filesystem::remove(std::filesystem::path(folder) / file_name(next), ignored); ++next) {
    }
    summary_.counts = {{"pages", pages_}, {"responses", responses_}};
    return summary_;
  }

 private:
  Result<void> begin_file() {
    const std::string name = file_name(++count_);
    const auto added = files_.add(name);
    if (!added) return added.error();
    file_ = *added;
    const Timestamp now = SystemClock().now();
    info_ = record_id("warcinfo\n" + name + "\n" + format_rfc3339(now));
    return write({"warcinfo",
                  info_,
                  now,
                  "application/warc-fields",
                  {{"WARC-Filename", name}},
                  fmt::format("software: smallprint/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: "
                              "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
                              "description: pages that versions of terms and policies were read from, decoded from "
                              "their content encoding\r\n",
                              version)});
  }

  Result<void> write(Record record) {
    if (record.id != info_) record.more.emplace_back("WARC-Warcinfo-ID", info_);
    summary_.bytes += record.block.size();
    const auto bytes = compressed(record);
    return bytes ? files_.write(file_, *bytes) : bytes.error();
  }

  Result<void> write(const DocumentRow& document, const VersionRow& version) {
    ++done_;
    if (options_.progress) options_.progress(std::min(done_, total_), total_);
    auto pages = archive_.snapshots(document.id, version.number);
    if (!pages) {
      summary_.failed.push_back(fmt::format("{}@{}: {}", document.id, version.number, pages.error().message));
      return {};
    }
    for (std::size_t i = 0; i < pages->size(); ++i) {
      if (files_.size(file_) >= file_bytes) {
        if (auto begun = begin_file(); !begun) return begun;
      }
      if (auto written = write(version, std::move((*pages)[i]), i + 1); !written) return written;
    }
    summary_.versions += pages->empty() ? 0 : 1;
    return {};
  }

  Result<void> write(const VersionRow& version, Snapshot page, std::size_t ordinal) {
    const std::string name = fmt::format("{}/{}/{}", version.document, version.number, ordinal);
    const bool addressed = !page.urls.empty() && !page.urls.back().empty();
    const std::string address = addressed ? uri(page.urls.back()) : "urn:x-smallprint:" + name;
    const std::string payload = digest(page.body);
    const std::string id = record_id("page\n" + name + "\n" + payload);
    // An import knows the bytes, and of the answer no more than its type.
    const bool answered = version.source == "fetch" && page.status != 0 && !page.headers.empty();
    Record record{answered ? "response" : "resource", id, version.observed_at, {}, {}, {}};
    record.more = {{"WARC-Target-URI", address}, {"WARC-Payload-Digest", payload}};
    if (answered) {
      record.content_type = "application/http;msgtype=response";
      record.block = answer(page) + page.body;
    } else {
      const std::string* type = header(page, "content-type");
      record.content_type = type == nullptr ? "application/octet-stream" : one_line(*type);
      record.block = std::move(page.body);
    }
    if (auto written = write(std::move(record)); !written) return written;
    ++pages_;
    responses_ += answered ? 1 : 0;

    std::string fields = fmt::format("document: {}\r\nversion: {}\r\nsource: {}\r\ntextDigest: sha256:{}\r\n",
                                     version.document, version.number, one_line(version.source), version.text_sha256);
    for (std::size_t i = 0; i + 1 < page.urls.size(); ++i) fields += "redirectedFrom: " + uri(page.urls[i]) + "\r\n";
    return write({"metadata",
                  record_id("metadata\n" + name + "\n" + payload),
                  version.observed_at,
                  "application/warc-fields",
                  {{"WARC-Target-URI", address}, {"WARC-Refers-To", id}},
                  std::move(fields)});
  }

  const Archive& archive_;
  PartialFiles& files_;
  const ExportOptions& options_;
  ExportSummary summary_;
  std::string info_;  ///< the current file's warcinfo
  std::size_t file_ = 0, count_ = 0;
  std::uint64_t done_ = 0, total_ = 0, pages_ = 0, responses_ = 0;
};

}  // namespace

Result<ExportSummary> export_warc(const Archive& archive, const std::string& folder, const ExportOptions& options) {
  auto files = PartialFiles::in(folder);
  if (!files) return files.error();
  return Export(archive, *files, options).run(folder);
}

}  // namespace smallprint
