// /api/v1: services, documents, versions and what belongs to them.
#include "server/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/comparison.h"
#include "server/json.h"
#include "server/negotiate.h"
#include "server/page_endpoints.h"
#include "web/redline.h"

namespace smallprint::api {

namespace {

enum class Format { json, markdown, text, html };

/// By ?format=, else by Accept. Where neither fits, JSON.
Format read_format(Call& call) {
  static constexpr std::array<std::string_view, 4> names = {"json", "markdown", "text", "html"};
  static constexpr std::array<std::string_view, 4> types = {"application/json", "text/markdown", "text/plain",
                                                            "text/html"};
  const std::string named = call.query.one_of("format", names);
  if (!named.empty()) {
    return static_cast<Format>(std::find(names.begin(), names.end(), named) - names.begin());
  }
  return static_cast<Format>(best_media_type(call.request.header("accept"), types).value_or(0));
}

/// The newest documents of a service; a service has some tens at most.
Result<std::vector<DocumentRow>> documents_of(const Call& call, const std::string& service) {
  DocumentFilter filter;
  filter.service = service;
  Result<PageOf<DocumentRow>> page = call.site.archive.documents(filter, {.limit = 200, .cursor = {}});
  if (!page) return page.error();
  return std::move(page->items);
}

}  // namespace

Reply services(Call& call) {
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.services(paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const ServiceRow& row : page->items) {
    const auto rows = documents_of(call, row.id);
    if (!rows) return problem_of(rows.error());
    items.push_back(service_json(row, *rows, call.base));
  }
  return call.list(items, page->next);
}

Reply service(Call& call) {
  const bool history = call.query.flag("history").value_or(false);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto row = call.site.archive.service(call.capture("service"));
  if (!row) return problem_of(row.error());
  const auto rows = documents_of(call, row->id);
  if (!rows) return problem_of(rows.error());
  FactFilter filter;
  filter.service = row->id;
  filter.history = true;  // since when a service says so follows from what all its documents said
  const auto runs = all_facts(call.site.archive, filter);
  if (!runs) return problem_of(runs.error());
  const std::vector<ServiceFact> facts = service_facts(call.site.rules, *runs);
  Answer answer;
  answer.body = service_json(*row, *rows, call.base, &facts, history);
  return answer;
}

Reply documents(Call& call) {
  DocumentFilter filter;
  filter.service = call.query.slug("service");
  filter.terms_type = call.query.slug("type");
  filter.query = call.query.text("q");
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto page = call.site.archive.documents(filter, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const DocumentRow& row : page->items) items.push_back(document_json(row, call.base));
  return call.list(items, page->next);
}

Reply document(Call& call) {
  const bool history = call.query.flag("history").value_or(false);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const Archive& archive = call.site.archive;
  const auto row = archive.document(call.document());
  if (!row) return problem_of(row.error());
  std::optional<VersionRow> latest;
  if (row->versions > 0) {
    auto version = archive.version(row->id, row->versions);
    if (!version) return problem_of(version.error());
    latest = std::move(*version);
  }
  FactFilter filter;
  filter.document = row->id;
  filter.history = history;
  const auto facts = all_facts(archive, filter);
  if (!facts) return problem_of(facts.error());
  Answer answer;
  answer.body = document_json(*row, latest ? &*latest : nullptr, *facts, call.base, history);
  return answer;
}

Reply document_versions(Call& call) {
  ChangeFilter filter;
  filter.document = call.document();
  filter.repeats = true;
  filter.since = call.query.time("since");
  filter.until = call.query.time("until");
  if (filter.since && filter.until && *filter.since > *filter.until) call.query.refuse("since", "is later than until");
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  if (const auto row = call.site.archive.document(filter.document); !row) return problem_of(row.error());
  const auto page = call.site.archive.versions(filter, paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const VersionRow& row : page->items) items.push_back(version_json(row, call.base));
  return call.list(items, page->next);
}

Reply version(Call& call) {
  const Format format = read_format(call);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const Archive& archive = call.site.archive;
  const DocumentId id = call.document();
  const auto number = version_number(call, id, call.capture("version"));
  if (const HttpProblem* problem = std::get_if<HttpProblem>(&number)) return *problem;
  const auto row = archive.version(id, std::get<std::uint32_t>(number));
  if (!row) return problem_of(row.error());
  if (format == Format::html) return pages::version_of(call, *row);
  Answer answer;
  if (format == Format::markdown) {
    auto text = archive.text(id, row->number);
    if (!text) return problem_of(text.error());
    answer.type = "text/markdown; charset=utf-8";
    answer.body = std::move(*text);
    // "latest" and dates may mean another version tomorrow; a number never does.
    if (call.capture("version") == std::to_string(row->number)) {
      answer.immutable_tag = row->text_sha256;
      answer.last_modified = row->observed_at;
    }
    return answer;
  }
  const auto text = archive.clauses(id, row->number);
  if (!text) return problem_of(text.error());
  if (format == Format::text) {
    answer.type = "text/plain; charset=utf-8";
    answer.body = plain_text(text->document);
  } else {
    answer.body = version_json(*row, *text, call.base);
  }
  return answer;
}

Reply evidence(Call& call) {
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const DocumentId id = call.document();
  const auto number = version_number(call, id, call.capture("version"));
  if (const HttpProblem* problem = std::get_if<HttpProblem>(&number)) return *problem;
  const auto row = call.site.archive.version(id, std::get<std::uint32_t>(number));
  if (!row) return problem_of(row.error());
  const auto snapshots = call.site.archive.snapshots(id, row->number);
  if (!snapshots && snapshots.error().code != ErrorCode::not_found) return problem_of(snapshots.error());
  const auto entry = call.site.archive.chain_entry(id, row->number);
  if (!entry && entry.error().code != ErrorCode::not_found) return problem_of(entry.error());
  Answer answer;
  answer.body =
      evidence_json(*row, snapshots ? *snapshots : std::vector<Snapshot>{}, entry ? &*entry : nullptr, call.base);
  return answer;
}

Reply snapshot(Call& call) {
  const std::uint32_t source = call.query.number("source", 1, 1000, 1);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const DocumentId id = call.document();
  const auto number = version_number(call, id, call.capture("version"));
  if (const HttpProblem* problem = std::get_if<HttpProblem>(&number)) return *problem;
  const std::uint32_t version = std::get<std::uint32_t>(number);
  const auto row = call.site.archive.version(id, version);
  if (!row) return problem_of(row.error());
  auto snapshots = call.site.archive.snapshots(id, version);
  if (!snapshots) return problem_of(snapshots.error());
  if (source > snapshots->size()) return HttpProblem{404, "No page was kept for this version.", {}, {}};
  Answer answer;
  answer.type = "application/octet-stream";
  answer.body = std::move((*snapshots)[source - 1].body);
  answer.file_name = fmt::format("{}-{}-{}-{}", call.capture("service"), call.capture("type"), version, source);
  if (call.capture("version") == std::to_string(version)) {
    answer.immutable_tag = sha256_hex(answer.body);
    answer.last_modified = row->observed_at;
  }
  return answer;
}

Reply diff(Call& call) {
  const std::string from = call.query.text("from");
  const std::string to = call.query.text("to");
  if (from.empty()) call.query.refuse("from", "is missing: a version's number or a date");
  if (to.empty()) call.query.refuse("to", "is missing: a version's number or a date");
  const Format format = read_format(call);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  auto compared = compare_versions(call, call.document(), from, to);
  if (HttpProblem* problem = std::get_if<HttpProblem>(&compared)) return std::move(*problem);
  const ComparedPair& pair = std::get<ComparedPair>(compared);
  Answer answer;
  switch (format) {
    case Format::json: answer.body = comparison_json(pair.comparison, &pair.of, call.base); break;
    case Format::html: return pages::comparison_of(call, pair);
    case Format::markdown:
      answer.type = "text/markdown; charset=utf-8";
      answer.body = comparison_markdown(pair);
      break;
    case Format::text:
      answer.type = "text/plain; charset=utf-8";
      answer.body = unified_text(pair);
      break;
  }
  return answer;
}

Reply clause(Call& call) {
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  const auto lineage = parse_lineage(call.capture("lineage"));
  if (!lineage) return HttpProblem{404, "Nothing has this address.", {}, {}};
  const auto states = call.site.archive.clause_history(call.document(), *lineage);
  if (!states) return problem_of(states.error());
  if (states->empty()) return HttpProblem{404, "Nothing has this address.", {}, {}};
  Answer answer;
  answer.body = clause_history_json(call.document(), *lineage, *states, call.base);
  return answer;
}

Reply observations(Call& call) {
  const Paging paging = read_paging(call.query);
  if (const auto bad = call.query.problem()) return problem_of(*bad);
  if (const auto row = call.site.archive.document(call.document()); !row) return problem_of(row.error());
  const auto page = call.site.archive.observations(call.document(), paging);
  if (!page) return problem_of(page.error());
  std::vector<std::string> items;
  for (const Observation& row : page->items) items.push_back(observation_json(row));
  return call.list(items, page->next);
}

}  // namespace smallprint::api
