#include "fetcher/net/browser_page.h"

#include <curl/curl.h>
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "fetcher/net/proxied_request.h"

namespace smallprint {
namespace {

using namespace std::chrono;

/// Characters; less text than this is what a page shows while it loads.
constexpr std::uint64_t hardly_any_text = 400;
constexpr seconds longest_retry_after = hours{24 * 365};

bool is_html(std::string_view media_type) { return media_type == "text/html" || media_type == "application/xhtml+xml"; }

std::string_view header(const MainDocument& document, std::string_view name) {
  for (const auto& [key, value] : document.headers) {
    if (key == name) return value;
  }
  return {};
}

/// In seconds or as a date (RFC 9110); 0 where there is none.
seconds retry_after(const MainDocument& document) {
  const std::string text(header(document, "retry-after"));
  if (text.empty()) return seconds{0};
  std::int64_t wait = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), wait);
  if (failed != std::errc{} || end != text.data() + text.size()) {
    const std::time_t at = curl_getdate(text.c_str(), nullptr);
    wait = at < 0 ? 0 : at - std::time(nullptr);
  }
  return std::clamp(seconds{wait}, seconds{0}, longest_retry_after);
}

/// How Chromium's errors are called here.
FetchOutcome outcome_of(std::string_view error) {
  const auto has = [error](std::string_view part) { return error.find(part) != std::string_view::npos; };
  if (has("ERR_CERT_") || has("_SSL_") || has("ERR_TLS_")) return FetchOutcome::tls_error;
  if (has("TIMED_OUT")) return FetchOutcome::timeout;
  if (has("TOO_MANY_REDIRECTS") || has("UNSAFE_PORT") || has("URL_SCHEME") || has("BLOCKED") ||
      has("UNSAFE_REDIRECT") || has("INVALID_URL") || has("INVALID_REDIRECT")) {
    return FetchOutcome::refused;
  }
  return FetchOutcome::network_error;
}

/// What would not be true of the page as it is kept, and what is ours to say.
bool is_left_out(std::string_view name) {
  return name == "content-type" || name == "content-length" || name == "content-encoding" ||
         name == "transfer-encoding" || name.starts_with("x-smallprint-");
}

}  // namespace

bool PageWatch::settled(const PageLook& look, Time now) {
  const bool same =
      before_ && before_->text == look.text && before_->declared == look.declared && before_->parsed == look.parsed;
  if (!same) since_ = now;
  before_ = look;
  if (!look.parsed) return false;
  const bool unfinished = look.under_way > 0 || look.text < hardly_any_text || !look.declared;
  // Without what was asked for, a request under way may still bring it: only the limit of time ends the wait.
  if (look.under_way > 0 && (look.text < hardly_any_text || !look.declared)) return false;
  return now - since_ >= (unfinished ? 2 * quiet_ : quiet_);
}

std::string_view script_to_look() {
  return R"js(
    const shown = root => {
      let length = 0;
      for (const host of root.querySelectorAll('*')) {
        if (!host.shadowRoot) continue;
        for (const part of host.shadowRoot.children) {
          if (part.localName !== 'style' && part.localName !== 'script') length += (part.innerText || '').length;
        }
        length += shown(host.shadowRoot);
      }
      return length;
    };
    const there = selector => {
      try { return document.querySelector(selector) !== null; } catch (error) { return true; }
    };
    const body = document.body;
    return [document.readyState !== 'loading', body ? body.innerText.length + shown(document) : 0,
            arguments[0].every(there)];
  )js";
}

std::string_view script_to_take() {
  return R"js(
    const frameBody = frame => {
      try {
        const box = frame.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && frame.contentDocument && frame.contentDocument.body;
      } catch (error) { return null; }
    };
    const inert = document.implementation.createHTMLDocument('');
    const compose = (node, into) => {
      if (node.localName === 'slot' && node.getRootNode() instanceof ShadowRoot) {
        const given = node.assignedNodes({flatten: true});
        for (const child of given.length ? given : node.childNodes) compose(child, into);
        return;
      }
      const body = node.localName === 'iframe' ? frameBody(node) : null;
      const copy = into.appendChild(body ? inert.createElement('div') : inert.importNode(node, false));
      for (const child of (body || node.shadowRoot || node).childNodes) {
        const scoped = node.shadowRoot && (child.localName === 'style' || child.localName === 'link');
        if (child.localName !== 'noscript' && !scoped) compose(child, copy);
      }
    };
    let html = '';
    try {
      const whole = inert.createDocumentFragment();
      compose(document.documentElement, whole);
      html = whole.firstChild.outerHTML;
    } catch (error) {
      html = document.documentElement.outerHTML;
    }
    html = '<!DOCTYPE html>\n' + html;
    return html.length > arguments[0] ? html.length : html;
  )js";
}

bool is_for_plain_fetch(const MainDocument& document) {
  if (!document.answered || document.status != 200) return false;
  return !is_html(document.media_type) || document.error == "net::ERR_ABORTED";
}

FetchResult result_of(const MainDocument& document, const PageTraffic& traffic, const FetchLimits& limits) {
  FetchResult result;
  result.urls = document.urls;
  result.moved_to = document.moved_to;
  result.wire_bytes = traffic.bytes;
  const auto end = [&result](FetchOutcome outcome, std::string reason) {
    result.outcome = outcome;
    result.reason = std::move(reason);
  };
  if (document.urls.size() > static_cast<std::size_t>(limits.max_redirects) + 1) {
    end(FetchOutcome::refused, fmt::format("more than {} redirects", limits.max_redirects));
    return result;
  }
  const auto failed = traffic.failures.find(document.urls.empty() ? "" : authority_of(document.urls.back()));
  if (failed != traffic.failures.end() && (!header(document, guard_header).empty() || !document.error.empty())) {
    end(failed->second.outcome, failed->second.reason);
    return result;
  }
  if (!traffic.exceeded.empty()) {
    end(FetchOutcome::too_large, traffic.exceeded);
  } else if (document.answered && (document.status == 200 || document.status == 203) && document.error.empty()) {
    result.outcome = FetchOutcome::ok;
    result.rendered = true;
  } else if (document.answered && document.status != 200 && document.status != 203) {
    end(FetchOutcome::http_error, fmt::format("status {}", document.status));
  } else if (!document.error.empty()) {
    end(outcome_of(document.error), fmt::format("the browser says {}", document.error));
  } else {
    end(FetchOutcome::timeout, "the page did not come in time");
  }
  result.status = document.status;
  if (document.answered) {
    result.retry_after = retry_after(document);
    for (const auto& [name, value] : document.headers) {
      if (!is_left_out(name)) result.headers.emplace_back(name, value);
    }
    result.headers.emplace_back("content-type", "text/html; charset=utf-8");
  }
  return result;
}

}  // namespace smallprint
