// A Document from what a person names on the command line: a file, standard input, an address, an archived version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fetcher/extract/extract.h"
#include "model/catalog.h"
#include "model/document.h"
#include "model/result.h"
#include "storage/records.h"

namespace smallprint {

struct ReadOptions {
  std::vector<std::string> allowed_addresses;  ///< loopback and private ones that may be visited
  std::string archive;                         ///< "sqlite:PATH": where versions are; empty: names mean files alone
};

/// A document as it was read.
struct ReadDocument {
  Document document;
  std::vector<std::string> doubts;      ///< why a page may not be the document, for people
  std::optional<VersionRow> version{};  ///< where it is one of the archive
};

/// `name` is the path of a .md, .markdown, .txt, .html or .htm file, "-" for Markdown on standard input, an http(s)
/// address, which is visited once, or a version of the archive: "linkedin/privacy-policy@12". A file of that name comes
/// first. A file of another kind is read as what it looks like: HTML where it begins with a tag, else Markdown. Errors
/// name what was given: not_found (and what there is), unavailable, limit (above 50 MB), and those of extract().
/// Blocking.
Result<ReadDocument> read_document(const std::string& name, const ReadOptions& options = {});

/// The same of files, standard input and addresses, before anything is extracted: the bytes, the kind of content, and
/// the final address where it was visited.
Result<Page> read_page(const std::string& name, const std::vector<std::string>& allowed_addresses = {});

/// "linkedin/privacy-policy@eu@latest": a document and which of its versions: a number, "latest", or a date or time,
/// which means the version that stood at its end.
struct VersionName {
  DocumentId document;
  std::string version;
};
std::optional<VersionName> parse_version_name(const std::string& name);
/// Has it that form, and is no file called so?
bool names_version(const std::string& name);

}  // namespace smallprint
