#include "storage/codec.h"

#include <zstd.h>

namespace smallprint {
namespace {

int level_of(Effort effort) {
  switch (effort) {
    case Effort::little: return 3;
    case Effort::often: return 6;
    case Effort::once: return 12;
  }
  return 3;
}

constexpr std::size_t far = std::size_t{1} << 20;
constexpr std::size_t most_bytes = std::size_t{1} << 30;

int window_log(std::size_t bytes) {
  int log = 17;
  while (log < 27 && (std::size_t{1} << log) < bytes) ++log;
  return log;
}

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct Encoder::Impl {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  Impl() = default;
  ~Impl() { ZSTD_freeCCtx(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
};

Encoder::Encoder() : impl_(std::make_unique<Impl>()) {}
Encoder::~Encoder() = default;
Encoder::Encoder(Encoder&&) noexcept = default;
Encoder& Encoder::operator=(Encoder&&) noexcept = default;

std::string Encoder::encode(std::string_view bytes, std::string_view base, Effort effort) {
  ZSTD_CCtx* context = impl_->context;
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level_of(effort));
  if (!base.empty()) {
    // The window reaches over the whole base. Long matches are looked for where the tables are too small to remember
    // all of it: elsewhere that takes as long as all the rest, and saves one byte in forty.
    const std::size_t reach = bytes.size() + base.size();
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log(reach));
    if (reach > far) ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_refPrefix(context, base.data(), base.size());
  }
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress2(context, out.data(), out.size(), bytes.data(), bytes.size());
  out.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return out;
}

Result<std::string> decode(std::string_view data, std::string_view base, std::size_t size) {
  if (size > most_bytes) return Error{ErrorCode::damaged, "stored bytes claim to be larger than any can be"};
  // A size that was damaged takes no memory.
  if (ZSTD_getFrameContentSize(data.data(), data.size()) != size)
    return Error{ErrorCode::damaged, "stored bytes do not decompress"};
  const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 30);
  if (!base.empty()) ZSTD_DCtx_refPrefix(context.get(), base.data(), base.size());
  std::string out(size, '\0');
  const std::size_t got = ZSTD_decompressDCtx(context.get(), out.data(), out.size(), data.data(), data.size());
  if (ZSTD_isError(got) != 0 || got != size) return Error{ErrorCode::damaged, "stored bytes do not decompress"};
  return out;
}

Result<std::string> decode_any(std::string_view data, std::string_view base) {
  constexpr std::size_t most_list_bytes = std::size_t{64} << 20;
  const unsigned long long size = ZSTD_getFrameContentSize(data.data(), data.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > most_list_bytes) {
    return Error{ErrorCode::damaged, "stored bytes do not decompress"};
  }
  return decode(data, base, size);
}

}  // namespace smallprint
