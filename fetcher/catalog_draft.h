// Drafts a declaration: guesses what nobody said, and puts it into a file of a catalog without disturbing the rest.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/catalog.h"
#include "model/result.h"

namespace smallprint {

/// Open Terms Archive's words for what terms are about; others are allowed.
std::span<const std::string_view> known_terms_types();

/// The terms type that a title or the words of an address name ("LinkedIn Cookie Policy" → "Trackers Policy"), or
/// empty.
std::string guess_terms_type(std::string_view text);
/// The same of an address: the last part of its path that names one.
std::string guess_terms_type_of_address(std::string_view url);

/// "https://legal.linkedin.com/x" → "linkedin"; the host itself where it is a number; empty where there is none.
std::string site_label(std::string_view url);

/// Who publishes a page: by what it says of its site, by its title's parts, by its host. May be empty.
std::string guess_service(std::string_view site, std::string_view title, std::string_view url);

/// The file of the folder that is about this service, by its name or its member "name"; a new name in the folder where
/// there is none yet. Error: bad_input, for a service that can name no file.
Result<std::string> catalog_file_of(const std::string& folder, const std::string& service);

/// `file` (a declaration file's text, or empty for a new one) with one more document: members and their order stay, and
/// a new one comes last. Errors: conflict, where the document is declared and `replace` is not set; bad_input, where
/// the file is none that can be read.
Result<std::string> with_declaration(std::string_view file, const Declaration& declaration, bool replace);

}  // namespace smallprint
