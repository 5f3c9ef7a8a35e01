#include "server/service_facts.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "diff/answers.h"
#include "model/catalog.h"

namespace smallprint {
namespace {

constexpr std::size_t rows_a_page = 1000;
constexpr std::size_t most_documents = 20'000;

std::string region_of(const FactRow& row) {
  const auto parts = parse_document_id(row.document);
  return parts ? std::string(parts->region) : std::string();
}

std::string service_of(const DocumentId& document) { return document.substr(0, document.find('/')); }

bool holds_at(const FactRow& row, Timestamp time) { return row.since <= time && (!row.until || *row.until > time); }

/// `rows`: of one question, from those documents that may answer it.
std::vector<ServiceRun> put_together(const FactDefinition& question, std::vector<const FactRow*> rows) {
  // Of documents that say the same, the one that has said so longest speaks for the service.
  std::sort(rows.begin(), rows.end(), [](const FactRow* a, const FactRow* b) {
    return std::tie(a->since, a->document) < std::tie(b->since, b->document);
  });
  std::vector<std::string> regions;
  std::set<Timestamp> moments;
  for (const FactRow* row : rows) {
    regions.push_back(region_of(*row));
    moments.insert(row->since);
    if (row->until) moments.insert(*row->until);
  }
  std::vector<ServiceRun> runs;
  std::vector<const FactRow*> standing;
  std::vector<DocumentAnswer> answers;
  for (const Timestamp moment : moments) {
    standing.clear();
    answers.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (!holds_at(*rows[i], moment)) continue;
      standing.push_back(rows[i]);
      answers.push_back({rows[i]->terms_type, regions[i], rows[i]->fact.value});
    }
    const auto telling = telling_answer(question, answers);
    const bool goes_on = !runs.empty() && !runs.back().until;
    if (telling && goes_on && runs.back().said.fact.value == standing[*telling]->fact.value) {
      runs.back().said = *standing[*telling];
      continue;
    }
    // Documents that are first seen on the same day are seen together: what one said before the other came is no
    // answer.
    if (goes_on && runs.size() == 1 && moment - runs.back().since < std::chrono::days{1}) {
      runs.clear();
    } else if (goes_on) {
      runs.back().until = moment;
    }
    if (!telling) continue;
    ServiceRun run;
    run.said = *standing[*telling];
    run.since = moment;
    // Another document may have said otherwise until now.
    const bool says_now = run.said.since == moment || runs.empty();
    const FactRow& cause = says_now ? run.said : runs.back().said;
    run.began_in = cause.document;
    run.began_in_type = cause.terms_type;
    run.began_with = says_now ? cause.since_version : cause.until_version;
    run.first_seen = says_now && cause.since_version <= 1;
    runs.push_back(std::move(run));
  }
  return runs;
}

bool says_anything(const FactRow& row) { return row.fact.value != silent_value && row.fact.value != unknown_value; }

/// What no row tells: a document is silent from its first version on, where it says nothing else.
FactRow silence_of(const DocumentRow& document, const FactDefinition& question) {
  FactRow row;
  row.document = document.id;
  row.service_name = document.service_name;
  row.terms_type = document.terms_type;
  row.fact.fact = question.id;
  row.fact.value = silent_value;
  row.version = document.versions;
  row.since_version = 1;
  row.since = *document.first_observed_at;
  return row;
}

Result<std::vector<DocumentRow>> all_documents(const Archive& archive) {
  std::vector<DocumentRow> rows;
  Paging paging{.limit = rows_a_page, .cursor = {}};
  do {
    auto page = archive.documents({}, paging);
    if (!page) return page.error();
    for (DocumentRow& row : page->items) {
      if (row.first_observed_at) rows.push_back(std::move(row));
    }
    if (rows.size() > most_documents) {
      return Error{ErrorCode::unsupported, "there are too many documents to look through all of them"};
    }
    paging.cursor = page->next;
  } while (!paging.cursor.empty());
  return rows;
}

void add_service(Answerers& to, const FactDefinition& question, const std::vector<const FactRow*>& rows) {
  if (rows.empty()) return;
  const std::string service = service_of(rows.front()->document);
  to.names[service] = rows.front()->service_name;
  to.by_service[service] = {&question, {}, put_together(question, rows)};
}

/// Of all services: by the documents there are, and the few runs that are not silent.
Result<Answerers> answerers_of_all(const Archive& archive, const FactDefinition& question,
                                   const std::vector<DocumentRow>& documents) {
  std::vector<FactRow> rows;
  rows.reserve(documents.size());
  for (const DocumentRow& document : documents) rows.push_back(silence_of(document, question));
  std::vector<std::string> values = question.values;
  values.emplace_back(unknown_value);
  for (const std::string& value : values) {
    if (value == silent_value) continue;
    FactFilter filter;
    filter.fact = question.id;
    filter.value = value;
    filter.history = true;
    auto said = all_facts(archive, filter);
    if (!said) return said.error();
    std::move(said->begin(), said->end(), std::back_inserter(rows));
  }
  std::map<std::string, std::vector<const FactRow*>> by_service;
  for (const FactRow& row : rows) by_service[service_of(row.document)].push_back(&row);
  Answerers out;
  for (const auto& [service, of_service] : by_service) add_service(out, question, of_service);
  return out;
}

}  // namespace

const ServiceRun* ServiceFact::at(Timestamp time) const {
  const auto run = std::find_if(runs.begin(), runs.end(), [&](const ServiceRun& one) {
    return one.since <= time && (!one.until || *one.until > time);
  });
  return run == runs.end() ? nullptr : &*run;
}

std::string_view ServiceFact::value_now() const {
  const ServiceRun* run = now();
  return run == nullptr ? unknown_value : std::string_view(run->said.fact.value);
}

std::vector<ServiceFact> service_facts(const RuleSet& rules, const std::vector<FactRow>& rows) {
  std::vector<ServiceFact> facts;
  for (const FactDefinition& question : rules.facts()) {
    if (question.is_date()) continue;
    std::vector<const FactRow*> all;
    std::map<std::string, std::vector<const FactRow*>> of_region;
    for (const FactRow& row : rows) {
      if (row.fact.fact != question.id) continue;
      all.push_back(&row);
      if (const std::string region = region_of(row); !region.empty()) of_region[region].push_back(&row);
    }
    facts.push_back({&question, {}, put_together(question, std::move(all))});
    for (const auto& [region, regional] : of_region) {
      if (std::none_of(regional.begin(), regional.end(), [](const FactRow* row) { return says_anything(*row); }))
        continue;
      facts.push_back({&question, region, put_together(question, regional)});
    }
  }
  return facts;
}

Result<std::vector<FactRow>> all_facts(const Archive& archive, const FactFilter& filter) {
  std::vector<FactRow> rows;
  Paging paging{.limit = rows_a_page, .cursor = {}};
  do {
    auto page = archive.facts(filter, paging);
    if (!page) return page.error();
    std::move(page->items.begin(), page->items.end(), std::back_inserter(rows));
    paging.cursor = page->next;
  } while (!paging.cursor.empty());
  return rows;
}

Result<std::vector<Answerers>> answerers(const Archive& archive, const std::vector<std::string>& services,
                                         const std::vector<const FactDefinition*>& questions) {
  std::vector<Answerers> out(questions.size());
  if (services.empty()) {
    const auto documents = all_documents(archive);
    if (!documents) return documents.error();
    for (std::size_t i = 0; i < questions.size(); ++i) {
      auto of_all = answerers_of_all(archive, *questions[i], *documents);
      if (!of_all) return of_all.error();
      out[i] = std::move(*of_all);
    }
    return out;
  }
  for (const std::string& service : services) {
    FactFilter filter;
    filter.service = service;
    filter.history = true;
    const auto rows = all_facts(archive, filter);
    if (!rows) return rows.error();
    for (std::size_t i = 0; i < questions.size(); ++i) {
      std::vector<const FactRow*> on_question;
      for (const FactRow& row : *rows) {
        if (row.fact.fact == questions[i]->id) on_question.push_back(&row);
      }
      add_service(out[i], *questions[i], on_question);
    }
  }
  return out;
}

Tally tally(const Answerers& answerers, Timestamp at) {
  Tally out;
  out.at = at;
  for (const auto& [service, fact] : answerers.by_service) {
    const ServiceRun* run = fact.at(at);
    if (run == nullptr) {
      ++out.unseen;
      continue;
    }
    ++out.services;
    ++out.values[run->said.fact.value];
  }
  return out;
}

std::vector<Turn> turns(const Answerers& answerers, Timestamp since, Timestamp until) {
  std::vector<Turn> out;
  for (const auto& [service, fact] : answerers.by_service) {
    for (std::size_t i = 1; i < fact.runs.size(); ++i) {
      const ServiceRun& run = fact.runs[i];
      if (!run.first_seen && run.since >= since && run.since < until) out.push_back({service, &fact.runs[i - 1], &run});
    }
  }
  std::sort(out.begin(), out.end(), [](const Turn& a, const Turn& b) {
    return std::tie(b.to->since, a.service) < std::tie(a.to->since, b.service);
  });
  return out;
}

}  // namespace smallprint
