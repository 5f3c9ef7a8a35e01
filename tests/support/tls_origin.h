// An origin on loopback that speaks TLS with a certificate made for the test, good or not, signed by an authority made
// for the test too.
#pragma once

#include <openssl/types.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace smallprint::test {

struct CertificateWish {
  std::string names = "IP:127.0.0.1";              ///< as openssl.cnf writes subjectAltName
  int valid_from_days = -1, valid_until_days = 1;  ///< from now
  bool self_signed = false;
};

/// A certificate and its key.
struct Identity {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

/// Signs certificates; trusted by whoever is told of its file.
class PrivateAuthority {
 public:
  /// Writes its own certificate to that file.
  explicit PrivateAuthority(const std::filesystem::path& file);
  [[nodiscard]] Identity issue(const CertificateWish& wish) const;

 private:
  Identity self_;
};

struct TlsBehaviour {
  std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";
  bool http2 = false;     ///< where the client offers it; answers 200 and "good" then
  bool only_old = false;  ///< TLS 1.1 and nothing newer
};

/// Owns one thread; connections are served one after the other.
class TlsOrigin {
 public:
  TlsOrigin(const Identity& identity, TlsBehaviour behaviour);
  ~TlsOrigin();
  TlsOrigin(const TlsOrigin&) = delete;
  TlsOrigin& operator=(const TlsOrigin&) = delete;
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "https://127.0.0.1:" + std::to_string(port_) + "/"; }
  /// Requests that came through TLS.
  [[nodiscard]] int requests() const { return requests_; }
  /// The protocols that the last client offered (ALPN), in its order, with spaces.
  [[nodiscard]] std::string offered() const;

 private:
  static int select_protocol(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                             unsigned in_size, void* context);
  void serve();
  void talk(SSL* ssl);
  TlsBehaviour behaviour_;
  std::shared_ptr<SSL_CTX> context_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<int> requests_{0};
  mutable std::mutex mutex_;
  std::string offered_;
  std::thread thread_;
};

}  // namespace smallprint::test
