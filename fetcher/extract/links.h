// Link targets in one canonical form, so that a rotating token is no change.
#pragma once

#include <string>
#include <string_view>

namespace smallprint {

/// Resolves the links of one page.
class LinkBase {
 public:
  /// `url` is the page's address, `base` the href of its <base>, or empty.
  LinkBase(std::string_view url, std::string_view base);

  /// The canonical address of `href`: absolute, host in lower case, no default port, no tracking or session parameters,
  /// no signatures that expire, redirectors that carry their target unwrapped. A place in the page itself is "#part",
  /// however it is written. Empty for what is no address to go to (javascript:, data:). What cannot be read as an
  /// address is kept, without white space.
  [[nodiscard]] std::string resolve(std::string_view href) const;

 private:
  std::string base_;
  std::string page_;  ///< the page's own canonical address, without a fragment
};

/// Cloudflare's e-mail obfuscation: "hex" of data-cfemail, or empty where it is none.
std::string decode_cfemail(std::string_view hex);

}  // namespace smallprint
