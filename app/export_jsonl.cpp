#include "app/export_jsonl.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "app/partial_files.h"
#include "fetcher/extract/text.h"
#include "server/json.h"
#include "smallprint_app/export_files.h"
#include "storage/hash.h"
#include "web/text.h"

namespace smallprint {
namespace {

constexpr std::size_t rows_at_once = 500;

enum Kind : std::uint8_t { services, documents, versions, changes, facts, observations, kinds };
constexpr std::array<const char*, kinds> names = {"services", "documents", "versions",
                                                  "changes",  "facts",     "observations"};

/// `object` with one member more, which is finished JSON.
void add_member(std::string& object, std::string_view name, std::string_view value) {
  object.back() = ',';
  object.append(string_json(name)).append(":").append(value).append("}");
}

class Export {
 public:
  Export(const Archive& archive, PartialFiles& files, const ExportOptions& options)
      : archive_(archive), files_(files), options_(options) {}

  Result<ExportSummary> run() {
    for (const char* name : names) {
      if (auto added = files_.add(std::string(name) + ".jsonl"); !added) return added.error();
    }
    const auto schema = files_.add("schema.json");
    if (!schema) return schema.error();
    if (auto written = files_.write(*schema, export_schema()); !written) return written.error();
    const auto total = count_versions(archive_, options_);
    if (!total) return total.error();
    total_ = *total;
    auto done = each_document(archive_, options_, [this](const DocumentRow& document) { return write(document); });
    if (!done) return done.error();
    for (std::size_t kind = 0; kind < kinds; ++kind) summary_.bytes += files_.size(kind);
    auto paths = files_.finish();
    if (!paths) return paths.error();
    summary_.files = std::move(paths).value();
    summary_.documents = lines_[documents];
    summary_.versions = lines_[versions];
    for (const Kind kind : {services, changes, facts, observations}) {
      summary_.counts.emplace_back(names[kind], lines_[kind]);
    }
    return summary_;
  }

 private:
  /// Everything that a document has, one kind after the other.
  Result<void> write(const DocumentRow& document) {
    if (document.service != service_) {  // documents come by service
      service_ = document.service;
      auto written = line(services, fmt::format(R"({{"id":{},"name":{}}})", string_json(document.service),
                                                string_json(document.service_name)));
      if (!written) return written;
    }
    if (auto written = line(documents, document_json(document, {})); !written) return written;
    auto versions = each_version(archive_, document, options_, [this](const VersionRow& version) -> Result<void> {
      if (auto written = write(version); !written) return written;
      if (options_.progress) options_.progress(std::min(lines_[Kind::versions], total_), total_);
      return {};
    });
    if (!versions) return versions;
    if (auto written = write_facts(document.id); !written) return written;
    return write_observations(document.id);
  }

  Result<void> write(const VersionRow& version) {
    const auto text = archive_.text(version.document, version.number);
    std::string json = version_json(version, {});
    if (!text) {
      fail(version, text.error());
      add_member(json, "text", "null");
    } else if (is_utf8(*text)) {
      add_member(json, "text", string_json(*text));
    } else {
      add_member(json, "text", string_json(clean_utf8(*text)));
      add_member(json, "text_hex", string_json(to_hex(*text)));
    }
    if (auto written = line(versions, json); !written) return written;
    if (version.changes == 0) return {};
    ChangeFilter filter;
    filter.document = version.document;
    filter.version = version.number;
    filter.repeats = true;
    for (Paging paging{rows_at_once, {}};;) {
      const auto page = archive_.changes(filter, paging);
      if (!page) {
        fail(version, page.error());
        return {};
      }
      for (const ChangeRow& change : page->items) {
        if (auto written = line(changes, change_json(change, {})); !written) return written;
      }
      if (page->next.empty()) return {};
      paging.cursor = page->next;
    }
  }

  Result<void> write_facts(const DocumentId& document) {
    FactFilter filter;
    filter.document = document;
    for (Paging paging{rows_at_once, {}};;) {
      const auto page = archive_.facts(filter, paging);
      if (!page) return page.error();
      for (const FactRow& fact : page->items) {
        if (auto written = line(facts, fact_json(fact, {})); !written) return written;
      }
      if (page->next.empty()) return {};
      paging.cursor = page->next;
    }
  }

  /// The archive lists them from the newest on.
  Result<void> write_observations(const DocumentId& document) {
    std::vector<std::string> all;
    for (Paging paging{rows_at_once, {}};;) {
      const auto page = archive_.observations(document, paging);
      if (!page) return page.error();
      for (const Observation& observation : page->items) {
        if (options_.since && observation.at < *options_.since) continue;
        std::string json = observation_json(observation);
        add_member(json, "document", string_json(document));
        all.push_back(std::move(json));
      }
      if (page->next.empty()) break;
      paging.cursor = page->next;
    }
    for (auto one = all.rbegin(); one != all.rend(); ++one) {
      if (auto written = line(observations, *one); !written) return written;
    }
    return {};
  }

  Result<void> line(Kind kind, std::string_view json) {
    ++lines_[kind];
    // Names and addresses come from outside; what is no UTF-8 would be no JSON.
    auto written = is_utf8(json) ? files_.write(kind, json) : files_.write(kind, clean_utf8(json));
    return written ? files_.write(kind, "\n") : written;
  }

  void fail(const VersionRow& version, const Error& error) {
    summary_.failed.push_back(fmt::format("{}@{}: {}", version.document, version.number, error.message));
  }

  const Archive& archive_;
  PartialFiles& files_;
  const ExportOptions& options_;
  ExportSummary summary_;
  std::string service_;
  std::array<std::uint64_t, kinds> lines_{};
  std::uint64_t total_ = 0;
};

}  // namespace

std::string_view export_schema() { return export_files::files.front().bytes; }

Result<ExportSummary> export_jsonl(const Archive& archive, const std::string& folder, const ExportOptions& options) {
  auto files = PartialFiles::in(folder);
  if (!files) return files.error();
  return Export(archive, *files, options).run();
}

}  // namespace smallprint
