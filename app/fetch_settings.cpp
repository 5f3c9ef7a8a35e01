#include "app/fetch_settings.h"

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "app/command.h"
#include "fetcher/net/curl_fetcher.h"

namespace smallprint {
namespace {

using namespace std::chrono;

/// "--max-wire-bytes" → "SMALLPRINT_MAX_WIRE_BYTES"
std::string variable(const std::string& flag) {
  std::string name = "SMALLPRINT_" + flag.substr(2);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c); });
  return name;
}

CLI::Validator between(std::uint64_t least, std::uint64_t most) {
  return CLI::Range(least, most).description(fmt::format("{} to {}", least, most));
}

template <class Number>
void add_limit(CLI::App& command, const std::string& flag, Number& limit, const std::string& help, std::uint64_t least,
               std::uint64_t most) {
  command.add_option(flag, limit, help)
      ->check(between(least, most))
      ->envname(variable(flag))
      ->type_name("N")
      ->group("Limits of a visit")
      ->capture_default_str();
}

void add_seconds(CLI::App& command, const std::string& flag, milliseconds& limit, const std::string& help) {
  command
      .add_option_function<std::uint32_t>(
          flag, [&limit](const std::uint32_t& value) { limit = seconds{value}; }, help)
      ->check(between(1, 3600))
      ->envname(variable(flag))
      ->type_name("SECONDS")
      ->group("Limits of a visit")
      ->default_str(std::to_string(duration_cast<seconds>(limit).count()));
}

/// The lines of the file, or else of the variable. Never an option's value: those are shown to whoever lists processes.
Result<std::string> proxy_credentials(const std::string& file) {
  if (file.empty()) {
    const char* lines = std::getenv("SMALLPRINT_PROXY_CREDENTIALS");
    return std::string(lines == nullptr ? "" : lines);
  }
  std::ifstream in(file);
  std::string lines{std::istreambuf_iterator<char>(in), {}};
  if (!in) return Error{ErrorCode::bad_input, "cannot read the file of --proxy-credentials, '" + file + "'"};
  return lines;
}

}  // namespace

void add_fetch_settings(CLI::App& command, FetchSettings& settings) {
  command
      .add_option("--allow-address", settings.allowed_addresses,
                  "Address or range that may be fetched although it is loopback, private or reserved, as in "
                  "10.1.0.0/16; may be given several times, or as a list with commas")
      ->envname("SMALLPRINT_ALLOW_ADDRESS")
      ->type_name("RANGE")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_flag("--ignore-robots", settings.ignore_robots,
                "Fetch also what a host's robots.txt does not allow; only where you have the right to")
      ->envname("SMALLPRINT_IGNORE_ROBOTS");
  command
      .add_option("--proxy", settings.proxies,
                  "Proxy to fetch through, http://HOST:PORT or socks5://HOST:PORT; with NAME= before it only for the "
                  "declarations that say \"proxy\": \"NAME\"; several times, or a list with commas")
      ->envname("SMALLPRINT_PROXY")
      ->type_name("[NAME=]URL")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--proxy-credentials", settings.proxy_credentials,
                  "File with a line [NAME=]USER:PASSWORD for each proxy that asks for it; or the lines themselves in "
                  "the variable SMALLPRINT_PROXY_CREDENTIALS")
      ->envname("SMALLPRINT_PROXY_CREDENTIALS_FILE")
      ->type_name("FILE");
  command
      .add_option("--ca-file", settings.ca_file,
                  "File of certificates (PEM) that are trusted beside the system's; TLS is verified always")
      ->envname("SMALLPRINT_CA_FILE")
      ->type_name("FILE");
  command.add_option("--connections", settings.connections, "Documents visited at once; of one host one at a time")
      ->check(between(1, 1000))
      ->envname("SMALLPRINT_CONNECTIONS")
      ->type_name("N")
      ->capture_default_str();

  FetchLimits& limits = settings.limits;
  constexpr std::uint64_t most_bytes = 1U << 30;
  constexpr std::uint64_t most_header_bytes = 256U << 10;  // libcurl itself takes 300 KiB
  add_limit(command, "--max-wire-bytes", limits.max_wire_bytes, "Bytes of its bodies as sent", 1024, most_bytes);
  add_limit(command, "--max-body-bytes", limits.max_body_bytes, "Bytes of its bodies after decompression", 1024,
            most_bytes);
  add_limit(command, "--max-ratio", limits.max_ratio, "Times that a body may be larger than what was sent", 1, 10000);
  add_limit(command, "--max-redirects", limits.max_redirects, "Redirects that are followed", 0, 50);
  add_limit(command, "--max-header-bytes", limits.max_header_bytes, "Bytes of headers", 1024, most_header_bytes);
  add_seconds(command, "--connect-seconds", limits.connect_timeout, "Until there is a connection, with TLS");
  add_seconds(command, "--first-byte-seconds", limits.first_byte_timeout, "From the request until an answer begins");
  add_limit(command, "--low-speed-bytes", limits.low_speed_bytes, "Bytes a second; a host that sends less is slow", 1,
            1U << 20);
  add_seconds(command, "--low-speed-seconds", limits.low_speed_time, "For which a host may be slow");
  add_seconds(command, "--total-seconds", limits.total_timeout, "In all, with redirects");
}

Result<std::unique_ptr<Fetcher>> make_fetcher(const FetchSettings& settings) {
  CurlFetcherOptions options;
  options.limits = settings.limits;
  options.user_agent = default_user_agent();
  options.allowed_ranges = settings.allowed_addresses;
  options.obey_robots = !settings.ignore_robots;
  options.ca_file = settings.ca_file;
  options.connections = settings.connections;
  for (const std::string& text : settings.proxies) {
    auto proxy = parse_proxy(text);
    if (!proxy) return proxy.error();
    if (find_proxy(options.proxies, proxy->name) != nullptr) {
      return Error{ErrorCode::bad_input, "two proxies have the same name, or none"};
    }
    options.proxies.push_back(std::move(proxy).value());
  }
  auto credentials = proxy_credentials(settings.proxy_credentials);
  if (!credentials) return credentials.error();
  if (auto added = add_proxy_credentials(options.proxies, *credentials); !added) return added.error();
  return make_curl_fetcher(options);
}

}  // namespace smallprint
