#include <fcntl.h>
#include <poll.h>
#include <poppler-document.h>
#include <poppler-page.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>

#include "fetcher/extract/pdf.h"
#include "fetcher/extract/text.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SMALLPRINT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SMALLPRINT_SANITIZED 1
#endif
#endif

namespace smallprint {
namespace {

constexpr float farthest = 1e6F;  ///< points from a page's corner

enum Message : char { page_begins = 'p', word_comes = 'w', done = 'd', locked = 'l', broken = 'b', too_many = 'm' };

/// What a word's record holds beside its text; both ends are the same program.
struct WordRecord {
  float left, top, right, bottom, size;
  std::uint32_t length;
  std::uint8_t bold, space_after;
};

bool write_all(int file, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool says_bold(const std::string& font) {
  for (const char* name : {"Bold", "bold", "BOLD", "Heavy", "Black", "Semibold", "-Bd", "CMBX"}) {
    if (font.find(name) != std::string::npos) return true;
  }
  return false;
}

void append_raw(std::string& out, const void* data, std::size_t size) {
  out.append(static_cast<const char*>(data), size);
}

/// A place on a page, or near it.
float bounded(float value) { return std::isfinite(value) ? std::clamp(value, -farthest, farthest) : 0.0F; }

/// In the child: everything of one page as records.
std::string page_records(const poppler::page& page) {
  std::string out(1, page_begins);
  const auto height = static_cast<float>(page.page_rect().height());
  append_raw(out, &height, sizeof height);
  for (const poppler::text_box& box : page.text_list(poppler::page::text_list_include_font)) {
    const poppler::rectf place = box.bbox();
    const poppler::byte_array text = box.text().to_utf8();
    if (text.empty() || box.rotation() != 0) continue;
    WordRecord record{};
    record.left = static_cast<float>(place.left());
    record.top = static_cast<float>(place.top());
    record.right = static_cast<float>(place.right());
    record.bottom = static_cast<float>(place.bottom());
    record.size = box.has_font_info() ? static_cast<float>(box.get_font_size()) : record.bottom - record.top;
    record.length = static_cast<std::uint32_t>(text.size());
    record.bold = box.has_font_info() && says_bold(box.get_font_name());
    record.space_after = box.has_space_after();
    out.push_back(word_comes);
    append_raw(out, &record, sizeof record);
    out.append(text.data(), text.size());
  }
  return out;
}

char read_in_child(std::string_view bytes, int file, int most_pages) {
  poppler::set_debug_error_function([](const std::string&, void*) {}, nullptr);
  const std::unique_ptr<poppler::document> document(
      poppler::document::load_from_raw_data(bytes.data(), static_cast<int>(bytes.size())));
  if (!document) return broken;
  if (document->is_locked()) return locked;
  const int pages = document->pages();
  if (pages > most_pages) return too_many;
  for (int i = 0; i < pages; ++i) {
    const std::unique_ptr<poppler::page> page(document->create_page(i));
    if (!page) continue;
    const std::string records = page_records(*page);
    if (!write_all(file, records.data(), records.size())) return broken;
  }
  return done;
}

rlim_t memory_in_use() {
  std::ifstream in("/proc/self/statm");
  rlim_t pages = 0;
  in >> pages;
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

void set_limit(int what, rlim_t value) {
  const rlimit limit{value, value};
  ::setrlimit(static_cast<__rlimit_resource_t>(what), &limit);
}

[[noreturn]] void child(std::string_view bytes, int file, const PdfLimits& limits, rlim_t memory) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGABRT, SIGBUS, SIGFPE}) ::signal(number, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  // The parent's archive and connections are none of a PDF's business.
  constexpr int kept = 3;
  if (file != kept) {
    ::dup2(file, kept);
  }
  ::close_range(kept + 1, ~0U, 0);
#ifndef SMALLPRINT_SANITIZED  // sanitizers map terabytes
  set_limit(RLIMIT_AS, memory + limits.memory);
#else
  (void)memory;
#endif
  set_limit(RLIMIT_CPU, static_cast<rlim_t>(limits.time.count() / 1000 + 1));
  set_limit(RLIMIT_FSIZE, 0);
  set_limit(RLIMIT_CORE, 0);
  char result = broken;
  try {
    result = read_in_child(bytes, kept, limits.pages);
  } catch (...) {  // out of memory, mostly: the parent sees that no end was written
    ::_exit(1);
  }
  write_all(kept, &result, 1);
  ::_exit(0);
}

class Records {
 public:
  explicit Records(std::string_view bytes) : rest_(bytes) {}
  template <class T>
  bool take(T& out) {
    if (rest_.size() < sizeof out) return false;
    std::memcpy(&out, rest_.data(), sizeof out);
    rest_.remove_prefix(sizeof out);
    return true;
  }
  bool take(std::size_t size, std::string& out) {
    if (rest_.size() < size) return false;
    out.assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }

 private:
  std::string_view rest_;
};

}  // namespace

Result<std::vector<PdfPage>> parse_pdf_words(std::string_view written) {
  std::vector<PdfPage> pages;
  Records records(written);
  for (char kind = 0; records.take(kind);) {
    switch (kind) {
      case page_begins:
        if (!records.take(pages.emplace_back().height)) break;
        pages.back().height = bounded(pages.back().height);
        continue;
      case word_comes: {
        WordRecord record{};
        std::string text;
        if (pages.empty() || !records.take(record) || !records.take(record.length, text)) break;
        pages.back().words.push_back({to_utf8(text), bounded(record.left), bounded(record.top), bounded(record.right),
                                      bounded(record.bottom), bounded(record.size), record.bold != 0,
                                      record.space_after != 0});
        continue;
      }
      case done: return pages;
      case locked: return Error{ErrorCode::bad_input, "the PDF is locked by a password"};
      case too_many: return Error{ErrorCode::limit, "the PDF has too many pages"};
      default: return Error{ErrorCode::bad_input, "the PDF is damaged"};
    }
    break;
  }
  return Error{ErrorCode::limit, "the PDF needs too much memory or time to read"};
}

Result<std::vector<PdfPage>> read_pdf_words(std::string_view bytes, const PdfLimits& limits) {
  if (bytes.substr(0, 1024).find("%PDF-") == std::string_view::npos)
    return Error{ErrorCode::bad_input, "this is no PDF"};
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{ErrorCode::unavailable, "no pipe to read a PDF through"};
  const rlim_t memory = memory_in_use();
  const auto deadline = std::chrono::steady_clock::now() + limits.time;
  const pid_t process = ::fork();
  if (process == 0) child(bytes, ends[1], limits, memory);
  ::close(ends[1]);
  if (process < 0) {
    ::close(ends[0]);
    return Error{ErrorCode::unavailable, "no process to read a PDF in"};
  }
  std::string output;
  bool late = false;
  for (std::array<char, 65536> buffer{};;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ready{ends[0], POLLIN, 0};
    const int polled = left.count() <= 0 ? 0 : ::poll(&ready, 1, static_cast<int>(left.count()));
    if (polled < 0 && errno == EINTR) continue;
    late = polled <= 0 || output.size() > limits.output;
    if (late) break;
    const ssize_t got = ::read(ends[0], buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    output.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  if (late) ::kill(process, SIGKILL);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (late) return Error{ErrorCode::limit, "the PDF needs too much memory or time to read"};
  return parse_pdf_words(output);
}

}  // namespace smallprint
