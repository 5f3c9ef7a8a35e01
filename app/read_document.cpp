#include "app/read_document.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/command.h"
#include "app/take_pages.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/markdown.h"
#include "fetcher/net/curl_fetcher.h"
#include "model/clock.h"
#include "storage/archive.h"

namespace smallprint {
namespace {

constexpr std::size_t most_bytes = 50U << 20;

Result<std::string> read_all(std::istream& in, const std::string& name) {
  std::string bytes;
  std::vector<char> buffer(1U << 16);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || in.gcount() > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > most_bytes) {
      return Error{ErrorCode::limit, fmt::format("{} is larger than {} MB", name, most_bytes >> 20)};
    }
  }
  if (in.bad()) return Error{ErrorCode::unavailable, fmt::format("{} cannot be read", name)};
  return bytes;
}

Result<std::string> read_file(const std::string& name) {
  std::error_code code;
  const auto status = std::filesystem::status(name, code);
  if (!std::filesystem::exists(status)) return Error{ErrorCode::not_found, fmt::format("there is no file {}", name)};
  if (std::filesystem::is_directory(status)) return Error{ErrorCode::bad_input, fmt::format("{} is a folder", name)};
  std::ifstream in(name, std::ios::binary);
  if (!in) return Error{ErrorCode::unavailable, fmt::format("{} cannot be read: {}", name, std::strerror(errno))};
  return read_all(in, name);
}

bool is_address(const std::string& name) { return name.starts_with("http://") || name.starts_with("https://"); }

Result<Page> visit(const std::string& address, const ReadOptions& options, bool execute_scripts) {
  // One page that a person named: no crawling, which robots.txt is about.
  const CurlFetcherOptions fetching{{}, default_user_agent(), options.allowed_addresses, false};
  auto plain = make_curl_fetcher(fetching);
  if (!plain) return plain.error();
  const auto fetcher =
      execute_scripts ? with_browser(std::move(plain).value(), options.browser, fetching) : std::move(plain);
  if (!fetcher) return fetcher.error();
  FetchRequest request;
  request.url = address;
  request.execute_scripts = execute_scripts;
  FetchResult answer = (*fetcher)->fetch(request);
  if (answer.outcome != FetchOutcome::ok) {
    return Error{ErrorCode::unavailable, fmt::format("{}: {}", address, answer.reason)};
  }
  Page page;
  page.url = answer.urls.empty() ? address : answer.urls.back();
  for (const auto& [header, value] : answer.headers) {
    if (header == "content-type") page.content_type = value;
  }
  page.body = std::move(answer.body);
  return page;
}

bool looks_like_html(const std::string& bytes) {
  const std::size_t begin = bytes.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  return begin != std::string::npos && bytes[begin] == '<';
}

/// What a reader who asked for something else may ask for.
std::string versions_of(const Archive& archive, const DocumentRow& row) {
  const auto day = [](const std::optional<Timestamp>& time) { return time ? format_date(date_of(*time)) : "?"; };
  if (row.versions == 0) return fmt::format("{} has no version yet", row.id);
  if (row.versions == 1) return fmt::format("{} has version 1 alone, of {}", row.id, day(row.first_observed_at));
  const auto first = archive.version(row.id, 1);
  return fmt::format("{} has versions 1 to {}, of {} to {}", row.id, row.versions,
                     day(first ? first->observed_at : row.first_observed_at), day(row.latest_version_at));
}

Error no_document(const Archive& archive, const DocumentId& id, const std::string& where) {
  std::string message = fmt::format("there is no document {} in {}", id, where);
  DocumentFilter filter;
  filter.service = id.substr(0, id.find('/'));
  if (const auto page = archive.documents(filter, {.limit = 20, .cursor = {}}); page && !page->items.empty()) {
    std::string others;
    for (const DocumentRow& row : page->items) others += (others.empty() ? "" : ", ") + row.id;
    message += "; there is " + others;
  }
  return {ErrorCode::not_found, std::move(message)};
}

Result<std::uint32_t> find_version(const Archive& archive, const DocumentRow& row, const std::string& named) {
  const Error nothing{ErrorCode::not_found, versions_of(archive, row) + ", not " + named};
  if (row.versions == 0) return nothing;
  if (named == "latest") return row.versions;
  if (named.find_first_not_of("0123456789") == std::string::npos) {
    std::uint32_t number = 0;
    const auto [end, code] = std::from_chars(named.data(), named.data() + named.size(), number);
    if (code != std::errc{} || number == 0 || number > row.versions) return nothing;
    return number;
  }
  auto time = parse_rfc3339(named);
  if (!time) return time.error();
  if (parse_date(named)) *time += std::chrono::days(1) - std::chrono::seconds(1);  // a date means its whole day
  auto number = archive.version_at(row.id, *time);
  if (!number && number.error().code == ErrorCode::not_found) return nothing;
  return number;
}

Result<ReadDocument> read_version(const VersionName& name, const std::string& where) {
  const auto archive = open_archive(where, {.read_only = true});
  if (!archive) return archive.error();
  const auto row = (*archive)->document(name.document);
  if (!row) {
    return row.error().code == ErrorCode::not_found ? no_document(**archive, name.document, where) : row.error();
  }
  const auto number = find_version(**archive, *row, name.version);
  if (!number) return number.error();
  auto text = (*archive)->clauses(name.document, *number);
  if (!text) return text.error();
  auto version = (*archive)->version(name.document, *number);
  if (!version) return version.error();
  return ReadDocument{std::move(text->document), {}, std::move(*version)};
}

}  // namespace

Result<Extraction> read_source(const std::string& name, const Source& source, const std::string& base_url,
                               const ReadOptions& options) {
  bool by_browser = source.execute_client_scripts;
  while (true) {
    auto page = read_page(name, options, by_browser);
    if (!page) return page.error();
    if (!base_url.empty()) page->url = base_url;
    if (page->url.empty()) page->url = source.url;
    auto extraction = extract(*page, source);
    if (by_browser || !is_shell(extraction) || !is_address(name) || !is_set(options.browser)) return extraction;
    by_browser = true;
  }
}

Result<Page> read_page(const std::string& name, const ReadOptions& options, bool execute_scripts) {
  if (is_address(name)) return visit(name, options, execute_scripts);
  auto bytes = name == "-" ? read_all(std::cin, "standard input") : read_file(name);
  if (!bytes) return bytes.error();
  const std::string extension = name == "-" ? ".md" : std::filesystem::path(name).extension().string();
  Page page{"", "text/html", std::move(*bytes)};
  if (extension == ".txt") {
    page.content_type = "text/plain";
  } else if (extension == ".md" || extension == ".markdown" ||
             (extension != ".html" && extension != ".htm" && !looks_like_html(page.body))) {
    page.content_type = "text/markdown";
  }
  return page;
}

std::optional<VersionName> parse_version_name(const std::string& name) {
  const std::size_t at = name.rfind('@');
  if (at == std::string::npos) return std::nullopt;
  VersionName found{name.substr(0, at), name.substr(at + 1)};
  const bool number = !found.version.empty() && found.version.find_first_not_of("0123456789") == std::string::npos;
  if (!number && found.version != "latest" && !parse_rfc3339(found.version)) return std::nullopt;
  if (!parse_document_id(found.document)) return std::nullopt;
  return found;
}

bool names_version(const std::string& name) {
  std::error_code code;
  return !std::filesystem::exists(name, code) && parse_version_name(name).has_value();
}

Result<ReadDocument> read_document(const std::string& name, const ReadOptions& options) {
  std::error_code code;
  if (!options.archive.empty() && !std::filesystem::exists(name, code)) {
    if (const auto version = parse_version_name(name)) return read_version(*version, options.archive);
    if (parse_document_id(name)) {
      return Error{ErrorCode::not_found,
                   fmt::format("there is no file {0}; a version of the archive is written {0}@12, {0}@latest or "
                               "{0}@2024-09-19",
                               name.substr(0, name.find('@')))};
    }
  }
  const auto page = read_page(name, options);
  if (!page) return page.error();
  if (page->content_type == "text/markdown") return ReadDocument{read_markdown(page->body), {}};
  auto extraction = extract(*page, Source{});
  if (!extraction) return Error{extraction.error().code, fmt::format("{}: {}", name, extraction.error().message)};
  return ReadDocument{std::move(extraction->document), std::move(extraction->suspect)};
}

}  // namespace smallprint
