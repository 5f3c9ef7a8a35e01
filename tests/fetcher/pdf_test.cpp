// PDFs, made here by a small writer, and what a reader sees in them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <string>
#include <vector>

#include "fetcher/extract/extract.h"
#include "fetcher/extract/pdf.h"

using namespace smallprint;

namespace {

struct Text {
  int x, y, size;
  bool bold;
  std::string text;  // printable ASCII without parentheses
};

/// A PDF of A4 pages in Helvetica.
std::string pdf(const std::vector<std::vector<Text>>& pages) {
  std::vector<std::string> objects{"<< /Type /Catalog /Pages 2 0 R >>", ""};
  objects.emplace_back("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  objects.emplace_back("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>");
  std::string kids;
  for (const auto& page : pages) {
    std::string stream;
    for (const Text& text : page) {
      stream += fmt::format("BT /{} {} Tf {} {} Td ({}) Tj ET\n", text.bold ? "F2" : "F1", text.size, text.x, text.y,
                            text.text);
    }
    kids += fmt::format("{} 0 R ", objects.size() + 1);
    objects.push_back(
        fmt::format("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R /Resources << /Font "
                    "<< /F1 3 0 R /F2 4 0 R >> >> >>",
                    objects.size() + 2));
    objects.push_back(fmt::format("<< /Length {} >>\nstream\n{}endstream", stream.size(), stream));
  }
  objects[1] = fmt::format("<< /Type /Pages /Kids [{}] /Count {} >>", kids, pages.size());
  std::string out = "%PDF-1.4\n", table;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    table += fmt::format("{:010} 00000 n \n", out.size());
    out += fmt::format("{} 0 obj\n{}\nendobj\n", i + 1, objects[i]);
  }
  const std::size_t start = out.size();
  return out +
         fmt::format("xref\n0 {}\n0000000000 65535 f \n{}trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n",
                     objects.size() + 1, table, objects.size() + 1, start);
}

std::string shown(const Document& document) {
  std::string out;
  for (const Clause& clause : document.clauses) {
    out += fmt::format("{} {} {}|{}\n", name(clause.kind), clause.level, clause.marker, clause.text);
  }
  return out;
}

std::string read(const std::string& bytes) {
  const auto extraction = extract({"https://site.example/terms.pdf", "application/pdf", bytes}, Source{});
  return extraction ? shown(extraction->document) : "error: " + extraction.error().message;
}

const std::vector<std::vector<Text>> terms{
    {{72, 800, 9, false, "Quillmoor Terms - 2 May 2024"},
     {72, 740, 20, true, "Terms of Quillmoor"},
     {72, 700, 14, true, "1. What we keep"},
     {72, 676, 11, false, "We keep the notes that you write with us, and the third-party notes that you bring, for as"},
     {72, 662, 11, false, "long as your account is open. A note that you delete is gone from our re-"},
     {72, 648, 11, false, "cords after thirty days."},
     {72, 626, 11, false,
      "Another paragraph begins here and it goes on for a whole line so that the page ends with a third-"},
     {72, 612, 11, false, "party word, and then it is cut by the end of the page while the sentence goes"},
     {290, 40, 9, false, "Page 1 of 2"}},
    {{72, 800, 9, false, "Quillmoor Terms - 2 May 2024"},
     {72, 740, 11, false, "on to the next page, where it ends."},
     {72, 716, 11, true, "Your choices"},
     {90, 700, 11, false, "- You may leave."},
     {90, 686, 11, false, "- You may stay, and say so in a line that is long enough to be broken into two lines,"},
     {98, 672, 11, false, "as this one is."},
     {290, 40, 9, false, "Page 2 of 2"}}};

}  // namespace

TEST_CASE("a PDF's paragraphs are joined over lines and pages, without running heads and page numbers") {
  CHECK(
      read(pdf(terms)) ==
      "heading 1 |Terms of Quillmoor\n"
      "heading 2 |1. What we keep\n"
      "paragraph 0 |We keep the notes that you write with us, and the third-party notes that you bring, for as long as "
      "your account is open. A note that you delete is gone from our records after thirty days.\n"
      "paragraph 0 |Another paragraph begins here and it goes on for a whole line so that the page ends with a "
      "third-party word, and then it is cut by the end of the page while the sentence goes on to the next page, where "
      "it ends.\n"
      "heading 3 |Your choices\n"
      "list_item 1 -|You may leave.\n"
      "list_item 1 -|You may stay, and say so in a line that is long enough to be broken into two lines, as this one "
      "is.\n");
}

TEST_CASE("a PDF that is damaged, cut off, empty or too large gives an error or a suspect page, never a crash") {
  const std::string whole = pdf(terms);
  CHECK(read("%PDF-1.7 and nothing more").starts_with("error: "));
  for (std::size_t size = 0; size < whole.size(); size += whole.size() / 7) (void)read(whole.substr(0, size));
  for (std::size_t at = 9; at < whole.size(); at += whole.size() / 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x15);
    (void)read(bytes);
  }
  const auto empty = extract({"https://site.example/", "application/pdf", pdf({{}})}, Source{});
  REQUIRE(empty.ok());
  REQUIRE(empty->suspect.size() == 1);
  CHECK(empty->suspect.front().starts_with("empty shell"));
  PdfLimits limits;
  limits.pages = 1;
  const auto pages = read_pdf_words(whole, limits);
  REQUIRE_FALSE(pages.ok());
  CHECK(pages.error().code == ErrorCode::limit);
  limits = {};
  limits.time = std::chrono::milliseconds(0);
  const auto late = read_pdf_words(whole, limits);
  REQUIRE_FALSE(late.ok());
  CHECK(late.error().code == ErrorCode::limit);
}

TEST_CASE("a hyphen at a line's end goes, but where the word has it elsewhere too") {
  const auto line = [](float top, const std::vector<std::string>& words) {
    std::vector<PdfWord> out;
    float left = 72;
    for (const std::string& word : words) {
      const float right = left + 6 * static_cast<float>(word.size());
      out.push_back({word, left, top, right, top + 11, 11, false, true});
      left = right + 4;
    }
    return out;
  };
  const std::vector<std::pair<std::string, std::string>> table{
      {"re-", "records"}, {"re\xC2\xAD", "records"}, {"re\xE2\x80\x90", "records"}, {"opt-", "opt-cords"}};
  for (const auto& [end, whole] : table) {
    PdfPage page{842, line(300, {"the", "opt-cords", "and", "other", "words", "of", "a", "line", "keep", end})};
    const auto next = line(313, {"cords", "go", "on."});
    page.words.insert(page.words.end(), next.begin(), next.end());
    const Document document = pdf_document({page});
    REQUIRE(document.clauses.size() == 1);
    CHECK(document.clauses[0].text == "the opt-cords and other words of a line keep " + whole + " go on.");
  }
  CHECK(pdf_document({}).clauses.empty());
}

TEST_CASE("words that are divided at the end of every line are one word, however many lines there are") {
  std::vector<PdfPage> pages;
  for (int page = 0; page < 1000; ++page) {
    pages.push_back({840, {}});
    for (int line = 0; line < 100; ++line) {
      const auto top = 130 + 4 * static_cast<float>(line);
      pages.back().words.push_back({"ab-", 72, top, 90, top + 10, 10, false, false});
    }
  }
  const Document document = pdf_document(pages);
  REQUIRE(document.clauses.size() == 1);
  CHECK(document.clauses.front().text.size() == 2 * 100'000 + 1);
}
