// Text as the words a person reads: what edit scripts and similarity are counted in.
//
// Boundaries follow Unicode (UAX #29, by ICU) where a script needs it (Chinese, Japanese, Thai, Arabic, Hebrew, Indic
// …); Latin, Greek and Cyrillic are cut by a pass of our own that agrees with it, but keeps addresses, e-mail addresses
// and abbreviations ("e.g.", "U.S.") whole. White space is in no token. Any bytes are accepted; nothing fails. Not
// thread safe: one Tokenizer for each thread at a time. Third-party: ICU stays in tokens.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace smallprint {

/// The half-open byte range [begin, end) of one word or punctuation mark; `id` as Vocabulary gave it.
struct Token {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t id = 0;
  bool word = false;  ///< has a letter or digit
};

/// Gives equal texts equal numbers, counted from 0. Borrows the texts: they must outlive it. Cost: one hash each.
class Vocabulary {
 public:
  static constexpr std::uint32_t unknown = UINT32_MAX;
  /// Once closed, what it does not hold is `unknown`.
  std::uint32_t id(std::string_view text);
  void close() { closed_ = true; }
  [[nodiscard]] std::string_view text(std::uint32_t id) const { return texts_[id]; }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  void clear();

 private:
  void grow();
  struct Slot {
    std::uint64_t key = 0;  // of a word of at most 8 bytes the bytes themselves, of others a hash
    std::uint32_t size = 0;
    std::uint32_t id_plus_one = 0;  // 0: free
  };
  std::vector<Slot> slots_;
  std::vector<std::string_view> texts_;
  bool closed_ = false;
};

class Tokenizer {
 public:
  Tokenizer();
  ~Tokenizer();
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  /// Appends the tokens of `text`, in order, with ids of `vocabulary`. Cost: linear.
  void tokenize(std::string_view text, Vocabulary& vocabulary, std::vector<Token>& out);

 private:
  void cut_by_icu(std::string_view text, std::size_t begin, std::size_t end, Vocabulary& vocabulary,
                  std::vector<Token>& out);
  struct Icu;
  std::unique_ptr<Icu> icu_;  // made when first needed: it costs more than a paragraph
};

/// Decodes the code point at `at` and moves `at` behind it; a broken byte is U+FFFD and one byte long.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// White space of any script, and what is invisible: no-break and zero-width spaces, soft hyphens, byte order marks.
bool is_blank(char32_t c);

}  // namespace smallprint
