#include "app/read_document.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/command.h"
#include "fetcher/extract/extract.h"
#include "fetcher/extract/markdown.h"
#include "fetcher/net/curl_fetcher.h"

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

Result<Page> visit(const std::string& address, const std::vector<std::string>& allowed_addresses) {
  auto fetcher = make_curl_fetcher({{}, default_user_agent(), allowed_addresses});
  if (!fetcher) return fetcher.error();
  FetchResult answer = (*fetcher)->fetch({address, {}, {}, {}});
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

}  // namespace

Result<Page> read_page(const std::string& name, const std::vector<std::string>& allowed_addresses) {
  if (is_address(name)) return visit(name, allowed_addresses);
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

Result<Document> read_document(const std::string& name, const std::vector<std::string>& allowed_addresses) {
  const auto page = read_page(name, allowed_addresses);
  if (!page) return page.error();
  if (page->content_type == "text/markdown") return read_markdown(page->body);
  auto extraction = extract(*page, Source{});
  if (!extraction) return Error{extraction.error().code, fmt::format("{}: {}", name, extraction.error().message)};
  return std::move(extraction->document);
}

}  // namespace smallprint
