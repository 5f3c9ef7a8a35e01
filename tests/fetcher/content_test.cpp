// The main content of pages that no declaration describes.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "fetcher/extract/extract.h"
#include "model/markdown.h"

using namespace smallprint;

namespace {

/// A paragraph of invented terms; `number` makes each differ.
std::string paragraph(int number) {
  return "<p>Clause " + std::to_string(number) +
         ": you may keep your notes with Quillmoor for as long as you like, and we keep them where you put them, "
         "unless the law asks us to move them. We tell you before we do.</p>";
}

std::string policy(int paragraphs, int first = 1) {
  std::string out;
  for (int i = 0; i < paragraphs; ++i) out += paragraph(first + i);
  return out;
}

std::string found(const std::string& body) {
  const auto result = extract({"https://site.example/terms", "text/html; charset=utf-8", "<body>" + body}, Source{});
  return result ? render_markdown(result->document) : "error: " + result.error().message;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what asks for consent is no part of the document, whatever it is named") {
  const std::vector<std::string> banners{
      "<div class=x1><p>We use cookies and tracking technologies, as many others do. ZZZ</p>"
      "<button>Accept all</button><button>Reject</button></div>",
      "<div><div class=q>Wir verwenden Cookies. ZZZ</div><div><a role=button>Alle akzeptieren</a></div></div>",
      "<div class='modal modal-cookies'><h3>ZZZ Cookies</h3>" + policy(6, 100) +
          "<input type=checkbox><input type=checkbox><button>Save</button></div>",
      "<div role=dialog><p>Cookie settings ZZZ</p><button>On</button><button>Off</button></div>"};
  for (const std::string& banner : banners) {
    for (const bool before : {true, false}) {
      const std::string content = "<div><h1>Terms</h1>" + policy(7) + "</div>";
      const std::string text = found(before ? banner + content : content + banner);
      INFO(banner);
      CHECK_FALSE(holds(text, "ZZZ"));
      CHECK(holds(text, "# Terms"));
      CHECK(holds(text, "Clause 7"));
    }
  }
}

TEST_CASE("a cookie policy is a document, with its sections that open at a button") {
  const std::string text = found("<main><h1>Cookie Policy</h1>" + policy(3) +
                                 "<section><h2><button>Accept: cookies that we set</button></h2>" + policy(3, 4) +
                                 "</section><button>Manage cookies</button></main>");
  CHECK(holds(text, "# Cookie Policy"));
  for (const char* part : {"Clause 1:", "Clause 3:", "cookies that we set", "Clause 4:", "Clause 6:"}) {
    CHECK_MESSAGE(holds(text, part), part);
  }
}

TEST_CASE("a short part beside a long one is part of the document, a teaser is not") {
  const std::string text =
      found("<div id=page><div id=a><div>" + policy(40) + "</div></div><div id=b><h2>Coins</h2>" + policy(4, 50) +
            "</div><nav><a href=/a>Home ZZZ</a></nav></div><div><p>Read our news ZZZ.</p></div>");
  CHECK(holds(text, "Clause 40"));
  CHECK(holds(text, "Coins"));
  CHECK(holds(text, "Clause 53"));
  CHECK_FALSE(holds(text, "ZZZ"));
}

TEST_CASE("a title that stands outside of the content is its first clause") {
  const std::string text = found("<div class=hero><h1>Terms of Quillmoor</h1></div><div class=b>" + policy(9) +
                                 "</div><footer><h1>ZZZ</h1></footer>");
  CHECK(text.starts_with("# Terms of Quillmoor"));
  CHECK_FALSE(holds(text, "ZZZ"));
}

TEST_CASE("the date, the title and the prose before the content are its beginning") {
  const std::string intro =
      "<p>Quillmoor keeps notes for people who write them, and this text says how it does so, why it does so, and for "
      "how long.</p>";
  const std::string menu = "<div class=top><a href=/pens>Pens ZZZ</a> <a href=/ink>Ink ZZZ</a></div>";
  const std::string form =
      "<form><p>Ask for a visit of our ink wagon, which comes to each town, ZZZ, once a year or so."
      "</p><input type=submit></form>";
  const std::string content = "<div class=text><h2>Notes</h2>" + policy(40) + "</div>";
  for (const char* title : {"<h1>Privacy of Notes</h1>", "<h3>Privacy of Notes</h3>"}) {
    INFO(std::string(title));
    for (const std::string& head : {"<div><div class=tag>Last updated March 19, 2024</div><div>" + std::string(title) +
                                        "</div>" + intro + "</div>",
                                    "<div class=tag>Last updated March 19, 2024</div>" + (title + intro) + form}) {
      const std::string text = found(menu + "<div class=page>" + head + content + "</div>");
      CHECK(text.starts_with("Last updated March 19, 2024\n\n#"));
      CHECK(holds(text, "# Privacy of Notes\n\nQuillmoor keeps notes"));
      CHECK(holds(text, "## Notes"));
      CHECK_FALSE(holds(text, "ZZZ"));
    }
  }
  // The content has a title of its own: what stands before it is another matter.
  const std::string own = found("<div><h2>News</h2>" + intro + "</div><div><h1>Terms</h1>" + policy(40) + "</div>");
  CHECK(own.starts_with("# Terms"));
  // A smaller heading without a text below it is no title.
  CHECK(found("<h3>Menu of the day</h3><div>" + policy(40) + "</div>").starts_with("Clause 1"));
}
