// The outcome of an operation that can fail: a value, or an Error that a caller can act on and a person can read.
//
// Third-party exceptions stop at the edge of the layer that uses the library and become an Error there. An outcome that
// is part of normal life (a page not modified, a page suspect) is a value, never an Error.
// Thread safety: values; share them like an int.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace smallprint {

/// What a caller can do about an error; the message says what happened.
enum class ErrorCode {
  bad_input,    ///< the caller's input is wrong: a malformed file, filter, selector
  not_found,    ///< nothing has that name
  unavailable,  ///< may work later: network, locked database
  conflict,     ///< the state is not what the operation needs
  damaged,      ///< stored data contradicts itself
  limit,        ///< a stated limit was reached
  unsupported,  ///< understood, but not something this build does
  internal      ///< a defect of ours or of a library
};

struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  ///< one sentence, lower case, no full stop
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return (assert(ok()), std::get<T>(state_)); }
  [[nodiscard]] const T& value() const& { return (assert(ok()), std::get<T>(state_)); }
  /// By value, not T&&: `for (x : f().value())` would go through what is gone.
  [[nodiscard]] T value() && { return (assert(ok()), std::get<T>(std::move(state_))); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const { return (assert(!ok()), std::get<Error>(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const Error& error() const { return (assert(error_), *error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace smallprint
