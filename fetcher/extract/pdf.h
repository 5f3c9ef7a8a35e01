// PDF in, a Document out: poppler in a child process under limits, then the layout of its words read as text.
//
// A PDF is a program for a page, written by anyone: what reads it may run out of memory, loop or crash. So poppler
// runs in a process of its own, without the parent's files, with limits on memory and time; only words and where they
// stand come back. Threads: any. Cost: a fork, and poppler's time.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/document.h"
#include "model/result.h"

namespace smallprint {

struct PdfLimits {
  std::chrono::milliseconds time{20'000};
  std::size_t memory = std::size_t{1} << 30;  ///< beyond what the process has
  std::size_t output = std::size_t{64} << 20;
  int pages = 2000;
};

/// A word where it stands, in points from the page's upper left corner.
struct PdfWord {
  std::string text;
  float left = 0, top = 0, right = 0, bottom = 0;
  float size = 0;  ///< of the font
  bool bold = false, space_after = false;
};

struct PdfPage {
  float height = 0;
  std::vector<PdfWord> words;  ///< in reading order
};

/// Errors: bad_input (no PDF, damaged, or locked by a password), limit (too long, or too much memory or time).
Result<std::vector<PdfPage>> read_pdf_words(std::string_view bytes, const PdfLimits& limits = {});

/// What the process that runs poppler writes, as pages: any bytes, for what a hostile PDF may have made of that process
/// is not believed. Errors as above. Pure.
Result<std::vector<PdfPage>> parse_pdf_words(std::string_view records);

/// Lines and paragraphs of the words: joined over lines and pages, without running heads and page numbers, headings by
/// size and weight, hyphenation undone. Pure.
Document pdf_document(const std::vector<PdfPage>& pages);

}  // namespace smallprint
