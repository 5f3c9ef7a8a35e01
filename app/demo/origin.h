// The invented company's web server: serves the page that stands at the clock's time, as a real site would: with
// navigation, a cookie banner, and nonces and tracking tokens that are new in every answer.
#pragma once

#include "app/demo/story.h"
#include "model/clock.h"
#include "server/http.h"

namespace smallprint {

/// Borrows story and clock. Safe to call from several threads.
class DemoOrigin {
 public:
  DemoOrigin(const Story& story, const Clock& clock) : story_(story), clock_(clock) {}

  /// The page, a 304 where the request names the page's ETag, or what the story's visit at this time meets instead.
  [[nodiscard]] Response handle(const Request& request) const;

 private:
  const Story& story_;
  const Clock& clock_;
};

}  // namespace smallprint
