#include "tests/support/tls_origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <string_view>

namespace smallprint::test {
namespace {

constexpr int poll_ms = 20;
constexpr long seconds_of_day = 86400;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("OpenSSL: ") + what);
}

std::shared_ptr<EVP_PKEY> new_key() {
  std::shared_ptr<EVP_PKEY> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), EVP_PKEY_free);
  require(key != nullptr, "no key");
  return key;
}

void extend(X509* certificate, X509* issuer, int what, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str());
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// `issuer` null: signed by itself.
Identity make_identity(const std::string& name, const CertificateWish& wish, bool authority, const Identity* issuer) {
  Identity made{std::shared_ptr<X509>(X509_new(), X509_free), new_key()};
  X509* const certificate = made.certificate.get();
  static std::atomic<long> serial{1};
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from_days * seconds_of_day);
  X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_until_days * seconds_of_day);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509* const signer = issuer == nullptr ? certificate : issuer->certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(signer));
  if (authority) {
    extend(certificate, signer, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, signer, NID_key_usage, "critical,keyCertSign");
  } else {
    extend(certificate, signer, NID_subject_alt_name, wish.names);
  }
  EVP_PKEY* const key = issuer == nullptr ? made.key.get() : issuer->key.get();
  require(X509_sign(certificate, key, EVP_sha256()) != 0, "not signed");
  return made;
}

bool readable(int fd) {
  pollfd waited{fd, POLLIN, 0};
  return poll(&waited, 1, poll_ms) > 0;
}

bool write_all(SSL* ssl, std::string_view bytes) {
  return SSL_write(ssl, bytes.data(), static_cast<int>(bytes.size())) == static_cast<int>(bytes.size());
}

/// A frame of HTTP/2 (RFC 9113, 4.1).
std::string frame(char type, char flags, char stream, std::string_view payload) {
  std::string bytes{'\0', '\0', static_cast<char>(payload.size()), type, flags, '\0', '\0', '\0', stream};
  return bytes.append(payload);
}

}  // namespace

PrivateAuthority::PrivateAuthority(const std::filesystem::path& file)
    : self_(make_identity("An authority for a test", {}, true, nullptr)) {
  std::FILE* const out = std::fopen(file.c_str(), "w");
  require(out != nullptr, "no file");
  PEM_write_X509(out, self_.certificate.get());
  std::fclose(out);
}

Identity PrivateAuthority::issue(const CertificateWish& wish) const {
  return make_identity("A server of a test", wish, false, wish.self_signed ? nullptr : &self_);
}

TlsOrigin::TlsOrigin(const Identity& identity, TlsBehaviour behaviour)
    : behaviour_(std::move(behaviour)),
      context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
      listening_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(concurrency-mt-unsafe): a client that left is no reason to end
  require(SSL_CTX_use_certificate(context_.get(), identity.certificate.get()) == 1, "no certificate");
  require(SSL_CTX_use_PrivateKey(context_.get(), identity.key.get()) == 1, "no key");
  SSL_CTX_set_alpn_select_cb(context_.get(), select_protocol, this);
  if (behaviour_.only_old) {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(context_.get(), TLS1_1_VERSION);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const bound = reinterpret_cast<sockaddr*>(&address);
  if (bind(listening_, bound, size) != 0 || listen(listening_, 64) != 0 || getsockname(listening_, bound, &size) != 0) {
    close(listening_);
    throw std::runtime_error("no port on loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

TlsOrigin::~TlsOrigin() {
  ending_ = true;
  thread_.join();
  close(listening_);
}

std::string TlsOrigin::offered() const {
  const std::lock_guard lock(mutex_);
  return offered_;
}

int TlsOrigin::select_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                               unsigned in_size, void* context) {
  auto& origin = *static_cast<TlsOrigin*>(context);
  const std::string wanted = origin.behaviour_.http2 ? "h2" : "http/1.1";
  const std::lock_guard lock(origin.mutex_);
  origin.offered_.clear();
  int selected = SSL_TLSEXT_ERR_NOACK;
  for (unsigned at = 0; at < in_size; at += in[at] + 1U) {
    const std::string one(reinterpret_cast<const char*>(in) + at + 1, in[at]);
    origin.offered_ += (origin.offered_.empty() ? "" : " ") + one;
    if (one != wanted) continue;
    *out = in + at + 1;
    *out_size = in[at];
    selected = SSL_TLSEXT_ERR_OK;
  }
  return selected;
}

void TlsOrigin::serve() {
  while (!ending_) {
    if (!readable(listening_)) continue;
    const int fd = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const timeval timeout{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    SSL* const ssl = SSL_new(context_.get());
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1) talk(ssl);
    ERR_clear_error();
    // What the client still says is read: closed over it, the connection would take back the answer.
    shutdown(fd, SHUT_WR);
    std::array<char, 4096> rest{};
    for (int waits = 0; waits < 50 && !ending_; ++waits) {
      if (readable(fd) && recv(fd, rest.data(), rest.size(), 0) <= 0) break;
    }
    SSL_free(ssl);
    close(fd);
  }
}

/// One request of HTTP/1.1, or of HTTP/2 where that was agreed on.
void TlsOrigin::talk(SSL* ssl) {
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &protocol, &size);
  const bool http2 = size == 2;
  // HTTP/2: the client's preface, then frames; the one that matters is of type 1 (HEADERS).
  const auto complete = [http2](const std::string& got) {
    if (!http2) return got.find("\r\n\r\n") != std::string::npos;
    for (std::size_t at = 24; at + 9 <= got.size();) {
      if (got[at + 3] == 1) return true;
      const auto byte = [&got](std::size_t i) { return static_cast<unsigned char>(got[i]); };
      at += 9 + (byte(at) << 16U) + (byte(at + 1) << 8U) + byte(at + 2);
    }
    return false;
  };
  std::string got;
  std::array<char, 4096> buffer{};
  while (!complete(got)) {
    const int count = SSL_read(ssl, buffer.data(), static_cast<int>(buffer.size()));
    if (count <= 0) return;
    got.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ++requests_;
  if (http2) {
    // SETTINGS, their acknowledgement, HEADERS that end (":status: 200" is entry 8 of the table), DATA that end it.
    write_all(ssl, frame(4, 0, 0, "") + frame(4, 1, 0, "") + frame(1, 4, 1, "\x88") + frame(0, 1, 1, "good"));
  } else {
    write_all(ssl, behaviour_.answer);
  }
  SSL_shutdown(ssl);
}

}  // namespace smallprint::test
