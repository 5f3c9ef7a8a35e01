// What documents say, now, at a time, or through time.
#include <charconv>

#include "storage/sqlite/layout.h"
#include "storage/sqlite/sqlite_archive.h"
#include "storage/sqlite/statement.h"

namespace smallprint::sqlite {
namespace {

/// Where a page ended. Written "12|trains_ai|3": the document's row, the question, the run's first version.
struct FactCursor {
  std::int64_t document = 0;
  std::string fact;
  std::int64_t since_version = 0;
};

std::string format_fact_cursor(const FactCursor& cursor) {
  return std::to_string(cursor.document) + "|" + cursor.fact + "|" + std::to_string(cursor.since_version);
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0) {
    throw Failure{{ErrorCode::bad_input, "the cursor is not one that this archive gave"}};
  }
  return number;
}

FactCursor parse_fact_cursor(std::string_view text) {
  const std::size_t first = std::min(text.find('|'), text.size());
  const std::size_t last = std::min(text.rfind('|'), text.size());
  if (first == last) throw Failure{{ErrorCode::bad_input, "the cursor is not one that this archive gave"}};
  return {number_of(text.substr(0, first)), std::string(text.substr(first + 1, last - first - 1)),
          number_of(text.substr(last + 1))};
}

/// The narrowest way in: a document's or a service's own rows; a question's with one value by fact_value, which has
/// them in the order of the documents; else the table in its own order. A unary plus keeps a condition from being one.
Select select_facts(const FactFilter& filter, const Paging& paging) {
  Select select(
      "SELECT d.key, s.name, d.terms_type, f.fact, f.value, f.detail, f.evidence, "
      "coalesce(f.until_version - 1, d.versions), f.since_version, f.since, f.until_version, f.until, f.document_id "
      "FROM fact f CROSS JOIN document d ON d.id = f.document_id CROSS JOIN service s ON s.id = d.service_id");
  const bool of_few = !filter.document.empty() || !filter.service.empty();
  const bool by_value = !of_few && !filter.fact.empty() && !filter.value.empty();
  if (!filter.document.empty())
    select.where("f.document_id = (SELECT id FROM document WHERE key = ?)", filter.document);
  if (!filter.service.empty()) {
    select.where(
        filter.document.empty()
            ? "f.document_id IN (SELECT id FROM document WHERE service_id = (SELECT id FROM service WHERE slug = ?))"
            : "s.slug = ?",
        filter.service);
  }
  if (!filter.fact.empty()) select.where(by_value ? "f.fact = ?" : "+f.fact = ?", filter.fact);
  if (!filter.value.empty()) select.where(by_value ? "f.value = ?" : "+f.value = ?", filter.value);
  if (filter.at) {
    const std::int64_t at = filter.at->time_since_epoch().count();
    select.where("f.since <= ?", at).where("(f.until IS NULL OR f.until > ?)", at);
  } else if (!filter.history) {
    select.where("f.until_version IS NULL");
  }
  if (!paging.cursor.empty()) {
    const FactCursor cursor = parse_fact_cursor(paging.cursor);
    if (by_value) {
      select.where("(f.document_id, f.since_version) > (?, ?)", cursor.document, cursor.since_version);
    } else {
      select.where("(f.document_id, f.fact, f.since_version) > (?, ?, ?)", cursor.document, cursor.fact,
                   cursor.since_version);
    }
  }
  select.tail(by_value ? " ORDER BY f.document_id, f.since_version LIMIT ?"
                       : " ORDER BY f.document_id, f.fact, f.since_version LIMIT ?",
              static_cast<std::int64_t>(paging.limit + 1));
  return select;
}

}  // namespace

Result<PageOf<FactRow>> SqliteArchive::facts(const FactFilter& filter, const Paging& paging) const {
  return guard([&] {
    auto connection = readers_.take();
    PageOf<FactRow> page;
    std::vector<std::int64_t> documents;
    auto query = select_facts(filter, paging).run(*connection);
    while (query.step()) {
      FactRow row;
      row.document = query.text(0);
      row.service_name = query.text(1);
      row.terms_type = query.text(2);
      row.fact = {query.text(3), query.text(4), query.text(5), decode_evidence(query.text(6))};
      row.version = static_cast<std::uint32_t>(query.number(7));  // evidence is kept up to the run's last version
      row.since_version = static_cast<std::uint32_t>(query.number(8));
      row.since = Timestamp{std::chrono::seconds{query.number(9)}};
      if (!query.null(10)) row.until_version = static_cast<std::uint32_t>(query.number(10));
      if (!query.null(11)) row.until = Timestamp{std::chrono::seconds{query.number(11)}};
      page.items.push_back(std::move(row));
      documents.push_back(query.number(12));
    }
    finish_page(page, paging.limit, [&](std::size_t last) {
      const FactRow& row = page.items[last];
      return format_fact_cursor({documents[last], row.fact.fact, row.since_version});
    });
    return page;
  });
}

}  // namespace smallprint::sqlite
