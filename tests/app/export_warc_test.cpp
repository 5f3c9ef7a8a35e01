#include <doctest/doctest.h>
#include <zlib.h>

#include "app/export_warc.h"
#include "storage/hash.h"
#include "tests/app/exported.h"

using namespace smallprint;

namespace {

struct Record {
  std::map<std::string, std::string> fields;
  std::string block;
};

/// Reads a file of records, each a gzip member of its own; throws where it is none.
std::vector<Record> read_warc(const std::string& bytes) {
  std::vector<Record> records;
  std::size_t at = 0;
  while (at < bytes.size()) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::runtime_error("zlib");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data() + at));
    stream.avail_in = static_cast<uInt>(bytes.size() - at);
    std::string text(1U << 20, '\0');
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    const int status = inflate(&stream, Z_FINISH);
    text.resize(stream.total_out);
    at += stream.total_in;
    inflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::runtime_error("no gzip member");

    Record record;
    std::size_t line = text.find("\r\n");
    if (text.substr(0, line) != "WARC/1.1") throw std::runtime_error("no WARC/1.1");
    for (line += 2; text.compare(line, 2, "\r\n") != 0;) {
      const std::size_t end = text.find("\r\n", line), colon = text.find(": ", line);
      if (colon == std::string::npos || colon > end) throw std::runtime_error("no field");
      const std::string name = text.substr(line, colon - line);
      if (!record.fields.emplace(name, text.substr(colon + 2, end - colon - 2)).second)
        throw std::runtime_error("twice");
      line = end + 2;
    }
    record.block = text.substr(line + 2, std::stoul(record.fields.at("Content-Length")));
    if (text.substr(line + 2 + record.block.size()) != "\r\n\r\n") throw std::runtime_error("another length");
    records.push_back(std::move(record));
  }
  return records;
}

struct Fixture {
  test::TemporaryFolder folder;
  std::unique_ptr<Archive> archive = test::new_archive(folder.path() / "archive.db");
  std::filesystem::path out = folder.path() / "pages";
  std::filesystem::path file = out / "smallprint-00001.warc.gz";

  Fixture() {
    const Snapshot first{{"http://acme.example/p", "https://acme.example/p\xE9 q"},
                         200,
                         {{"content-type", "text/html"}, {"content-encoding", "gzip"}, {"content-length", "7"}},
                         "<p>Hello.</p>\r\n\r\nWARC/1.1\r\n"};
    const Snapshot second{
        {"https://acme.example/part"}, 203, {{"x-evil", "a\nWARC-Type: response"}}, std::string(1, '\0')};
    test::record_visit(*archive, "acme/privacy-policy", "Hello.\n", "2024-03-01T10:00:00Z", {first, second});
    test::record_visit(*archive, "acme/privacy-policy", "Hello again.\n", "2024-03-02", {{{}, 0, {}, "%PDF"}});
    test::record_visit(*archive, "acme/cookie-policy", "No page.\n", "2024-03-03");
  }
  ExportSummary write(const ExportOptions& options = {}) {
    auto summary = export_warc(*archive, out.string(), options);
    REQUIRE_MESSAGE(summary.ok(), (summary.ok() ? "" : summary.error().message));
    CHECK(summary->failed.empty());
    return *summary;
  }
  std::vector<Record> records() { return read_warc(test::read_file(file)); }
};

}  // namespace

TEST_CASE(
    "pages are exported as WARC records with digests, the answer's headers where there are any, and their version") {
  Fixture f;
  const ExportSummary summary = f.write();
  CHECK(summary.documents == 1);
  CHECK(summary.versions == 2);
  CHECK(summary.files == std::vector<std::string>{f.file.string()});
  const auto records = f.records();
  REQUIRE(records.size() == 7);
  CHECK(records[0].fields.at("WARC-Type") == "warcinfo");
  std::map<std::string, int> ids;
  for (const Record& record : records) {
    CHECK(record.fields.at("WARC-Block-Digest") == "sha256:" + sha256_hex(record.block));
    CHECK(++ids[record.fields.at("WARC-Record-ID")] == 1);
    CHECK(record.fields.at("WARC-Record-ID").size() == std::string("<urn:uuid:>").size() + 36);
    if (&record != &records[0]) CHECK(record.fields.at("WARC-Warcinfo-ID") == records[0].fields.at("WARC-Record-ID"));
  }

  const Record& page = records[1];
  const std::string body = "<p>Hello.</p>\r\n\r\nWARC/1.1\r\n";
  CHECK(page.fields.at("WARC-Type") == "response");
  CHECK(page.fields.at("WARC-Date") == "2024-03-01T10:00:00Z");
  CHECK(page.fields.at("WARC-Target-URI") == "https://acme.example/p%E9%20q");
  CHECK(page.fields.at("Content-Type") == "application/http;msgtype=response");
  CHECK(page.fields.at("WARC-Payload-Digest") == "sha256:" + sha256_hex(body));
  CHECK(page.block ==
        "HTTP/1.1 200 \r\ncontent-type: text/html\r\nx-archive-orig-content-encoding: gzip\r\n"
        "x-archive-orig-content-length: 7\r\ncontent-length: 27\r\n\r\n" +
            body);
  CHECK(records[2].fields.at("WARC-Type") == "metadata");
  CHECK(records[2].fields.at("WARC-Refers-To") == page.fields.at("WARC-Record-ID"));
  CHECK(records[2].block == "document: acme/privacy-policy\r\nversion: 1\r\nsource: fetch\r\ntextDigest: sha256:" +
                                sha256_hex("Hello.\n") + "\r\nredirectedFrom: http://acme.example/p\r\n");
  CHECK(records[3].block ==
        "HTTP/1.1 203 \r\nx-evil: a WARC-Type: response\r\ncontent-length: 1\r\n\r\n" + std::string(1, '\0'));

  const Record& bare = records[5];
  CHECK(bare.fields.at("WARC-Type") == "resource");
  CHECK(bare.fields.at("WARC-Target-URI") == "urn:x-smallprint:acme/privacy-policy/2/1");
  CHECK(bare.fields.at("Content-Type") == "application/octet-stream");
  CHECK(bare.fields.at("WARC-Payload-Digest") == "sha256:" + sha256_hex("%PDF"));
  CHECK(bare.block == "%PDF");
}

TEST_CASE("a page has the same record in every export, and files that are no longer needed go") {
  Fixture f;
  f.write();
  const auto before = f.records();
  for (const char* more : {"smallprint-00002.warc.gz", "smallprint-00003.warc.gz", "mine.warc.gz"})
    test::write_file(f.out / more, "old");
  ExportOptions options;
  options.since = parse_rfc3339("2024-03-02").value();
  CHECK(f.write(options).versions == 1);
  const auto after = f.records();
  REQUIRE(after.size() == 3);
  CHECK(after[1].fields.at("WARC-Record-ID") == before[5].fields.at("WARC-Record-ID"));
  CHECK(!std::filesystem::exists(f.out / "smallprint-00002.warc.gz"));
  CHECK(!std::filesystem::exists(f.out / "smallprint-00003.warc.gz"));
  CHECK(test::read_file(f.out / "mine.warc.gz") == "old");
  options.documents = {"nobody"};
  CHECK(f.write(options).versions == 0);
  CHECK(f.records().size() == 1);
}

TEST_CASE("a page that an import brought is a resource, with no headers invented") {
  Fixture f;
  test::Repository repository{f.folder.path() / "snapshots"};
  repository.record(
      "Beta/Privacy Policy.html",
      "<html><body><main><h1>Privacy</h1><p>We use your data to run the service, and for nothing else. You "
      "may ask us what we hold of it at any time, and we answer within a month.</p></main></body></html>",
      1);
  test::import_into(*f.archive, repository.folder());
  ExportOptions options;
  options.documents = {"beta"};
  REQUIRE(f.write(options).versions == 1);
  const auto records = f.records();
  CHECK(records[1].fields.at("WARC-Type") == "resource");
  CHECK(records[1].fields.at("Content-Type") == "text/html; charset=utf-8");
  CHECK(records[1].block.starts_with("<html><body><main>"));
}
