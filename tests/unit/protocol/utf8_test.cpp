#include "core/protocol/utf8.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::string_view_literals;

namespace {

const std::vector<std::string_view> kValid{""sv,
                                           "plain"sv,
                                           "\x7F"sv,
                                           "\xC2\x80"sv,
                                           "\xDF\xBF"sv,
                                           "\xE0\xA0\x80"sv,
                                           "\xED\x9F\xBF"sv,
                                           "\xEE\x80\x80"sv,
                                           "\xEF\xBF\xBF"sv,
                                           "\xF0\x90\x80\x80"sv,
                                           "\xF4\x8F\xBF\xBF"sv,
                                           "a\0b"sv};

const std::vector<std::string_view> kInvalid{"\x80"sv,              // a continuation byte alone
                                             "\xC0\x80"sv,          // overlong
                                             "\xC1\xBF"sv,          // overlong
                                             "\xE0\x9F\xBF"sv,      // overlong
                                             "\xF0\x8F\xBF\xBF"sv,  // overlong
                                             "\xED\xA0\x80"sv,      // a surrogate
                                             "\xED\xBF\xBF"sv,      // a surrogate
                                             "\xF4\x90\x80\x80"sv,  // over U+10FFFF
                                             "\xF5\x80\x80\x80"sv,
                                             "\xFF"sv,
                                             "\xC2"sv,
                                             "\xE2\x82"sv,
                                             "\xF0\x9F\x98"sv,
                                             "\xC2\x41"sv,
                                             "\xE2\x82\x41"sv};

}  // namespace

TEST_CASE("UTF-8 is what Unicode's table of well-formed sequences says", "[utf8]") {
  for (const auto text : kValid) CHECK(is_utf8(text));
  for (const auto text : kInvalid) {
    CAPTURE(std::string(text));
    CHECK_FALSE(is_utf8(text));
    CHECK_FALSE(is_utf8("12345678" + std::string(text) + "12345678"));
  }
}

TEST_CASE("every sequence of up to three bytes is judged alike whole, in pieces and by its own end",
          "[utf8]") {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; b += 3) {
      for (unsigned c = 0x70; c < 0xD0; c += 5) {
        const std::string text{static_cast<char>(a), static_cast<char>(b), static_cast<char>(c)};
        bool by_ends = true;
        for (const char* p = text.data(); by_ends && p != text.data() + text.size();) {
          p = utf8_sequence_end(p, text.data() + text.size());
          by_ends = p != nullptr;
        }
        Utf8Stream stream;
        bool in_pieces = true;
        for (const char byte : text) in_pieces = in_pieces && stream.accept({&byte, 1});
        in_pieces = in_pieces && stream.complete();
        if (is_utf8(text) != by_ends || by_ends != in_pieces) FAIL("differs: " << a << ' ' << b << ' ' << c);
      }
    }
  }
}

TEST_CASE("a stream knows of malformed text at the byte that makes it so", "[utf8]") {
  Utf8Stream stream;
  CHECK(stream.accept("caf\xC3"));
  CHECK_FALSE(stream.complete());
  CHECK(stream.accept("\xA9"));
  CHECK(stream.complete());
  CHECK(stream.accept("\xE0"));
  CHECK_FALSE(stream.accept("\x80"));  // overlong already, whatever follows
}
