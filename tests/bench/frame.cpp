#include "tests/bench/frame.hpp"

#include <array>
#include <cstring>

#include "tests/bench/failure.hpp"

namespace p2psig::bench {
namespace {

constexpr unsigned kMaskBit = 0x80;

void append_number(std::string& out, std::uint64_t number, unsigned bytes) {
  while (bytes-- > 0) out += static_cast<char>(number >> (8 * bytes) & 0xFF);
}

std::uint64_t number_in(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

void mask(char* bytes, std::size_t count, std::uint32_t key) {
  const std::uint64_t wide = std::uint64_t{key} << 32 | key;
  std::size_t i = 0;
  for (std::uint64_t word = 0; i + sizeof word <= count; i += sizeof word) {
    std::memcpy(&word, bytes + i, sizeof word);
    word ^= wide;
    std::memcpy(bytes + i, &word, sizeof word);
  }
  std::array<char, sizeof key> octets{};
  std::memcpy(octets.data(), &key, sizeof key);
  for (; i < count; ++i) bytes[i] = static_cast<char>(bytes[i] ^ octets[i % octets.size()]);
}

bool known(Opcode opcode) {
  return opcode == Opcode::text || opcode == Opcode::close || opcode == Opcode::ping ||
         opcode == Opcode::pong;
}

}  // namespace

void append_frame(std::string& out, Opcode opcode, Pieces payload, std::uint32_t key) {
  std::size_t bytes = 0;
  for (const std::string_view piece : payload) bytes += piece.size();
  append_number(out, 0x80U | static_cast<unsigned>(opcode), 1);
  if (bytes < 126) {
    append_number(out, kMaskBit | bytes, 1);
  } else if (bytes < 65536) {
    append_number(out, kMaskBit | 126U, 1);
    append_number(out, bytes, 2);
  } else {
    append_number(out, kMaskBit | 127U, 1);
    append_number(out, bytes, 8);
  }
  out.append(reinterpret_cast<const char*>(&key), sizeof key);
  const std::size_t start = out.size();
  for (const std::string_view piece : payload) out.append(piece);
  mask(out.data() + start, bytes, key);
}

std::optional<Frame> read_frame(std::string_view input) {
  if (input.size() < 2) return std::nullopt;
  const auto first = static_cast<unsigned char>(input[0]);
  const auto second = static_cast<unsigned char>(input[1]);
  const auto opcode = static_cast<Opcode>(first & 0xFU);
  if (first >> 4U != 8 || (second & kMaskBit) != 0 || !known(opcode))
    throw Fault("a frame that nobody asked for, it begins with " + std::to_string(first) + " " +
                std::to_string(second));
  const std::size_t more = second < 126 ? 0 : second == 126 ? 2 : 8;
  if (input.size() < 2 + more) return std::nullopt;
  const std::uint64_t payload = more == 0 ? second : number_in(input.substr(2, more));
  if (input.size() - 2 - more < payload) return std::nullopt;
  return Frame{opcode, input.substr(2 + more, payload), 2 + more + payload};
}

}  // namespace p2psig::bench
