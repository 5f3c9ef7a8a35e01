// A fetched page and its declaration in, a Document out. Pure, but that a PDF is read by a child process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/catalog.h"
#include "model/document.h"
#include "model/result.h"

namespace smallprint {

/// A page as it came over the wire, decoded from its content encoding.
struct Page {
  std::string url;           ///< final address, the base of relative links
  std::string content_type;  ///< the header's value, or empty
  std::string body;
};

struct Extraction {
  Document document;
  std::vector<std::string> notes;    ///< what was done instead of something declared, for people
  std::vector<std::string> suspect;  ///< why this may not be the document: "bot wall: …"; empty where nothing speaks so
};

/// HTML, Markdown, plain text and PDF. Errors: bad_input (a selector does not parse, or matches nothing on a page that
/// is not suspect: the message says which), unsupported (a content type we do not read), limit (too large).
Result<Extraction> extract(const Page& page, const Source& source);

/// Alike in programs that read pages alike: a hash of the code that does.
std::string_view extraction_fingerprint();

}  // namespace smallprint
