// A Document as CommonMark: how a version's text is stored, downloaded and diffed by other tools.
#pragma once

#include <string>

#include "model/document.h"

namespace smallprint {

/// Deterministic. Reading the result (fetcher/extract/markdown.h) gives an equal Document. Cost: linear.
std::string render_markdown(const Document& document);

}  // namespace smallprint
