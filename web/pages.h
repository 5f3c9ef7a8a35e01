// The read-only web view: views in, HTML out. No HTTP, no clock.
//
// Pages is made once and shared between threads: it owns the compiled templates (ctemplate, escaping by context).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "web/compare_page.h"
#include "web/page_views.h"
#include "web/upcoming_page.h"

namespace smallprint {

class Pages {
 public:
  Pages();
  ~Pages();
  Pages(const Pages&) = delete;
  Pages& operator=(const Pages&) = delete;

  std::string html(const Frame& frame, const HomePage& page) const;
  std::string html(const Frame& frame, const ServicesPage& page) const;
  std::string html(const Frame& frame, const ServicePage& page) const;
  std::string html(const Frame& frame, const DocumentPage& page) const;
  std::string html(const Frame& frame, const VersionPage& page) const;
  std::string html(const Frame& frame, const ClausePage& page) const;
  std::string html(const Frame& frame, const ComparisonPage& page) const;
  std::string html(const Frame& frame, const TopicPage& page) const;
  std::string html(const Frame& frame, const ComparePage& page) const;
  std::string html(const Frame& frame, const SearchPage& page) const;
  std::string html(const Frame& frame, const StatusPage& page) const;
  std::string html(const Frame& frame, const UpcomingPage& page) const;
  std::string html(const Frame& frame, const AboutPage& page) const;
  std::string html(const Frame& frame, const ErrorPage& page) const;

  /// The style sheet's address: its name carries a hash of its bytes, so it never alters.
  [[nodiscard]] const std::string& style_href() const;
  [[nodiscard]] static std::string_view style();
  [[nodiscard]] static std::string_view icon();
  /// Changes with any template: part of the ETag of every page.
  [[nodiscard]] const std::string& version() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace smallprint
