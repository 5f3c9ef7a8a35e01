// A Document from what a person names on the command line: a file, standard input, an address, an archived version.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/browser_settings.h"
#include "fetcher/extract/extract.h"
#include "model/catalog.h"
#include "model/document.h"
#include "model/result.h"
#include "storage/records.h"

namespace smallprint {

struct ReadOptions {
  std::vector<std::string> allowed_addresses;  ///< loopback and private ones that may be visited
  std::string archive;                         ///< "sqlite:PATH": where versions are; empty: names mean files alone
  BrowserSettings browser = {};                ///< for pages that need one
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
/// the final address where it was visited. Where a browser is set it renders an address that is asked for so.
Result<Page> read_page(const std::string& name, const ReadOptions& options = {}, bool execute_scripts = false);
/// What `source` takes of it; an address that shows next to nothing without its scripts is visited again by the
/// browser, where one is set. `base_url`, or else the source's own address, is where links start that the page does not
/// base.
Result<Extraction> read_source(const std::string& name, const Source& source, const std::string& base_url,
                               const ReadOptions& options);

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
