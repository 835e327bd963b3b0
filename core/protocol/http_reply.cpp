#include "core/protocol/http_reply.hpp"

#include <algorithm>
#include <utility>

#include "core/protocol/http_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/whole_number.hpp"

namespace p2psig {
namespace {

using namespace http_text;

constexpr std::string_view kBegin = "HTTP/1.";

bool may_begin(std::string_view line) noexcept {
  return line.substr(0, kBegin.size()) == kBegin.substr(0, line.size());
}

}  // namespace

std::string_view HttpReplyReader::accept(std::string_view bytes) {
  begun_ = begun_ || !bytes.empty();
  while (!bytes.empty() && !over()) bytes = part_ < Part::chunk ? take_line(bytes) : take_data(bytes);
  return bytes;
}

void HttpReplyReader::end(bool orderly) {
  if (!over()) state_ = part_ == Part::rest && orderly ? State::whole : State::cut_short;
}

std::string_view HttpReplyReader::take_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view piece = bytes.substr(0, end == std::string_view::npos ? end : end + 1);
  line_bytes_ += piece.size();
  line_ += piece;
  if (part_ == Part::status && !may_begin(line_))
    malformed("it does not begin with HTTP/1");
  else if (line_bytes_ > limits::kHttpHeaderBytes)
    malformed("its head is too large");
  if (end == std::string_view::npos || over()) return {};
  const std::string line = std::exchange(line_, {});
  const std::size_t end_bytes = line.ends_with("\r\n") ? 2 : 1;  // RFC 9112, 2.2
  on_line(std::string_view(line).substr(0, line.size() - end_bytes));
  return bytes.substr(end + 1);
}

std::string_view HttpReplyReader::take_data(std::string_view bytes) {
  const std::size_t count = part_ == Part::rest
                                ? bytes.size()
                                : static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), remaining_));
  if (count > body_bytes_max_ - body_.size()) {
    too_large();
    return {};
  }
  body_ += bytes.substr(0, count);
  if (part_ != Part::rest && (remaining_ -= count) == 0) {
    if (part_ == Part::counted) state_ = State::whole;
    part_ = Part::chunk_end;
  }
  return bytes.substr(count);
}

void HttpReplyReader::on_line(std::string_view line) {
  switch (part_) {
    case Part::status:
      return on_status(line);
    case Part::field:
      return line.empty() ? on_head() : on_field(line);
    case Part::chunk_size:
      return on_chunk_size(line);
    case Part::chunk_end:
      if (!line.empty()) return malformed("a chunk of its body is longer than it says");
      part_ = Part::chunk_size;
      return;
    default:
      if (line.empty()) state_ = State::whole;
  }
}

/// "HTTP/1.1 200 OK", whose last word may be missing.
void HttpReplyReader::on_status(std::string_view line) {
  constexpr std::size_t code_at = kBegin.size() + 2;
  constexpr std::size_t code_end = code_at + 3;
  const auto code = line.size() >= code_end ? whole_number<unsigned>(line.substr(code_at, 3)) : std::nullopt;
  const bool ends = line.size() == code_end || (line.size() > code_end && line[code_end] == ' ');
  if (!code || *code < 100 || !ends || line[code_at - 1] != ' ')
    return malformed("its first line is not HTTP's");
  status_ = *code;
  part_ = Part::field;
}

void HttpReplyReader::on_field(std::string_view line) {
  std::string_view value = line;
  const std::string_view name = take_until(value, ":");
  value = trim(value);
  if (!is_token(name) || name.size() == line.size() || !is_field_value(value))
    return malformed("a line of its head is not HTTP's");
  fields_.append(line).append(kLineEnd);
  if (equal_ignoring_case(name, "transfer-encoding")) {
    if (chunked_ || !equal_ignoring_case(value, "chunked"))
      return malformed("its transfer coding is not chunked");
    chunked_ = true;
  }
  if (equal_ignoring_case(name, "content-length")) {
    const auto length = whole_number<std::uint64_t>(value);
    if (!length || (length_ && *length_ != *length)) return malformed("its length is not a number");
    length_ = length;
  }
}

void HttpReplyReader::on_head() {
  constexpr unsigned switching = 101;
  constexpr unsigned no_content = 204;
  constexpr unsigned not_modified = 304;
  if (status_ < 200 && status_ != switching) {
    part_ = Part::status;
    chunked_ = false;
    length_.reset();
    fields_.clear();
    return;
  }
  if (chunked_ && length_) return malformed("its length is given in two ways");
  state_ = State::body;
  if (status_ == switching || status_ == no_content || status_ == not_modified) {
    state_ = State::whole;
  } else if (chunked_) {
    line_bytes_ = 0;
    part_ = Part::chunk_size;
  } else if (length_) {
    expect(*length_, Part::counted);
    if (*length_ == 0) state_ = State::whole;
  } else {
    part_ = Part::rest;
  }
}

/// "1a2b", perhaps with `;` and extensions that nobody uses.
void HttpReplyReader::on_chunk_size(std::string_view line) {
  const auto size = whole_number<std::uint64_t>(trim(take_until(line, ";")), 16);
  if (!size) return malformed("the size of a chunk of its body is not a number");
  part_ = Part::trailer;
  if (*size == 0) return;
  line_bytes_ = 0;
  expect(*size, Part::chunk);
}

/// Of what is announced to be too large nothing is read.
void HttpReplyReader::expect(std::uint64_t bytes, Part part) {
  if (bytes > body_bytes_max_ - body_.size()) return too_large();
  remaining_ = bytes;
  part_ = part;
}

void HttpReplyReader::too_large() {
  state_ = State::too_large;
  body_ = {};
}

void HttpReplyReader::malformed(std::string_view fault) {
  state_ = State::malformed;
  fault_ = fault;
}

}  // namespace p2psig
