#include "diff/sentences.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace smallprint;

namespace {

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (const Sentence& one : split_sentences(text)) parts.emplace_back(text.substr(one.begin, one.end - one.begin));
  return parts;
}

}  // namespace

TEST_CASE("sentences end where a reader ends them") {
  using Parts = std::vector<std::string>;
  CHECK(split("") == Parts{});
  CHECK(split("One. Two! Three? Four") == Parts{"One.", "Two!", "Three?", "Four"});
  CHECK(split("See 3.a.i for more. We, e.g. at Acme Inc. in Dublin, act.") ==
        Parts{"See 3.a.i for more.", "We, e.g. at Acme Inc. in Dublin, act."});
  CHECK(split("It costs 3.50. Visit example.org/a.b now. Ok.") ==
        Parts{"It costs 3.50.", "Visit example.org/a.b now.", "Ok."});
  CHECK(split("He said \"stop.\" We did.") == Parts{"He said \"stop.\"", "We did."});
  CHECK(split("a cell\tanother cell\nline") == Parts{"a cell", "another cell", "line"});
  CHECK(split("ii. We act. They do.") == Parts{"ii. We act.", "They do."});
  CHECK(split("First \u2022 second \u25CF third") == Parts{"First", "second", "third"});
  CHECK(split("under Art. 6 and Sec. 7 of the law.") == Parts{"under Art. 6 and Sec. 7 of the law."});
}

TEST_CASE("any bytes are split into ranges that are in order, bounded and whole") {
  std::mt19937 random(7);  // NOLINT
  const std::string alphabet = "aB. \t\n?!1(\"\xE2\x80\xA2\xC3\xFF";
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const std::size_t length = random() % 200;
    for (std::size_t i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
    std::size_t end = 0;
    for (const Sentence& one : split_sentences(text)) {
      CHECK(one.begin >= end);
      CHECK(one.begin < one.end);
      CHECK(one.end <= text.size());
      end = one.end;
    }
  }
  for (const Sentence& one : split_sentences(std::string(100'000, 'x'))) CHECK(one.end - one.begin <= 4096);
}
