#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/protocol/http_fields.hpp"

namespace p2psig {

/// Reads one HTTP/1 reply to a GET as its bytes arrive (RFC 9112), whatever says how long its body is.
/// Interim replies (1xx) are skipped.
///
/// Bounds: limits::kHttpHeaderBytes for the head, for the lines between chunks, and for the trailer; a body
/// of `body_bytes_max`. Cost: O(bytes).
class HttpReplyReader {
 public:
  enum class State : std::uint8_t {
    head,       ///< the head is not complete yet
    body,       ///< it is, the body is not
    whole,      ///< what comes now is no longer looked at; so for the states that follow
    cut_short,  ///< the connection ended before
    malformed,  ///< fault() says how
    too_large,  ///< the body
  };

  explicit HttpReplyReader(std::size_t body_bytes_max) noexcept : body_bytes_max_(body_bytes_max) {}

  /// What is left of `bytes` once it is over.
  std::string_view accept(std::string_view bytes);
  /// The connection ended; `orderly`: by what nobody else could have written (RFC 9112, 9.8).
  void end(bool orderly);

  [[nodiscard]] State state() const noexcept { return state_; }
  /// Whether a byte has come.
  [[nodiscard]] bool begun() const noexcept { return begun_; }
  /// Of a complete head.
  [[nodiscard]] unsigned status() const noexcept { return status_; }
  [[nodiscard]] HttpFields fields() const noexcept { return HttpFields(fields_); }  ///< hostile
  [[nodiscard]] std::string& body() noexcept { return body_; }                      ///< as far as it has come
  /// A phrase: "it does not begin with HTTP/1".
  [[nodiscard]] std::string_view fault() const noexcept { return fault_; }

 private:
  enum class Part : std::uint8_t { status, field, chunk_size, chunk_end, trailer, chunk, counted, rest };

  [[nodiscard]] bool over() const noexcept { return state_ > State::body; }
  std::string_view take_line(std::string_view bytes);
  std::string_view take_data(std::string_view bytes);
  void on_line(std::string_view line);
  void on_status(std::string_view line);
  void on_field(std::string_view line);
  void on_head();
  void on_chunk_size(std::string_view line);
  void expect(std::uint64_t bytes, Part part);
  void too_large();
  void malformed(std::string_view fault);

  std::size_t body_bytes_max_;
  State state_ = State::head;
  Part part_ = Part::status;
  bool begun_ = false;
  std::string line_;             // as far as it has come
  std::size_t line_bytes_ = 0;   // of all lines since the head's beginning, or since the last chunk
  std::uint64_t remaining_ = 0;  // of a counted body, or of a chunk
  unsigned status_ = 0;
  bool chunked_ = false;
  std::optional<std::uint64_t> length_;
  std::string fields_;  // each with its CRLF
  std::string body_;
  std::string_view fault_;
};

}  // namespace p2psig
