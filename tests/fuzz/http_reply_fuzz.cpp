/// HTTP replies: whatever the pieces in which they come, they are read the same, within the limits.
#include "core/protocol/http_reply.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/check.hpp"

using namespace p2psig;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t body_bytes_max = 64;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  HttpReplyReader whole(body_bytes_max);
  HttpReplyReader pieces(body_bytes_max);
  whole.accept(bytes);
  for (std::size_t at = 0, length = 1; at < size; at += length, length = length % 7 + 1)
    pieces.accept(bytes.substr(at, length));
  for (HttpReplyReader* const reader : {&whole, &pieces}) {
    FUZZ_CHECK(reader->begun() == (size != 0));
    FUZZ_CHECK(reader->body().size() <= body_bytes_max);
    FUZZ_CHECK((reader->state() == HttpReplyReader::State::malformed) == !reader->fault().empty());
    reader->end(true);
    FUZZ_CHECK(reader->state() >= HttpReplyReader::State::whole);
  }
  FUZZ_CHECK(whole.state() == pieces.state());
  FUZZ_CHECK(whole.status() == pieces.status());
  FUZZ_CHECK(whole.fault() == pieces.fault());
  FUZZ_CHECK(whole.fields().list("content-type") == pieces.fields().list("content-type"));
  if (whole.state() == HttpReplyReader::State::whole) FUZZ_CHECK(whole.body() == pieces.body());
  return 0;
}
