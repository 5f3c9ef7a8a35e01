// Where benchmarks find the recorded histories of the corpus.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace smallprint::bench {

/// For a shell.
inline std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// The clone of a bundle that the tests keep in the build folder, made of the corpus where it is missing. Without a
/// corpus: says so and is empty.
inline std::string corpus_clone(const std::string& part = "history/versions") {
  namespace fs = std::filesystem;
  const fs::path source = SMALLPRINT_SOURCE_DIR;
  std::string flat = part;
  for (char& c : flat) c = c == '/' ? '-' : c;
  const fs::path clone = source / "build" / "corpus" / flat;
  const char* set = std::getenv("SMALLPRINT_CORPUS");
  const fs::path corpus = set != nullptr ? fs::path(set) : source.parent_path() / "shared" / "corpus";
  const fs::path bundle = corpus / (part + ".bundle");
  if (!fs::exists(clone) && fs::exists(bundle)) {
    fs::create_directories(clone.parent_path());
    const std::string command = "git clone --quiet --bare " + quoted(bundle.string()) + " " + quoted(clone.string());
    if (std::system(command.c_str()) != 0) fs::remove_all(clone);
  }
  if (!fs::exists(clone)) {
    std::puts("SKIPPED: there is no corpus; set SMALLPRINT_CORPUS, or name a clone");
    return {};
  }
  return clone.string();
}

/// The pages, unpacked where the tests keep them. Without a corpus: says so and is empty.
inline std::string corpus_pages() {
  namespace fs = std::filesystem;
  const fs::path source = SMALLPRINT_SOURCE_DIR;
  const fs::path pages = source / "build" / "corpus" / "pages";
  const char* set = std::getenv("SMALLPRINT_CORPUS");
  const fs::path corpus = set != nullptr ? fs::path(set) : source.parent_path() / "shared" / "corpus";
  const fs::path packed = corpus / "pages.tar.zst";
  if (!fs::exists(pages) && fs::exists(packed)) {
    fs::create_directories(pages);
    const std::string command =
        "tar --zstd --strip-components=1 -xf " + quoted(packed.string()) + " -C " + quoted(pages.string());
    if (std::system(command.c_str()) != 0) fs::remove_all(pages);
  }
  if (!fs::exists(pages)) {
    std::puts("SKIPPED: there are no pages; set SMALLPRINT_CORPUS, or name a folder of pages");
    return {};
  }
  return pages.string();
}

}  // namespace smallprint::bench
