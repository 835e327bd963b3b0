#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/room_view.hpp"
#include "core/result.hpp"

/// The language of the interactive client: `/offer @2 @offer.sdp`. Any thread.
namespace p2psig {

/// A line that was entered, taken apart.
struct Command {
  enum class Verb : std::uint8_t {
    nothing,  ///< a blank line
    send,     ///< a message as it is
    peers,
    join,
    leave,
    offer,
    answer,
    ice,
    show,
    filter,
    raw,
    pair,
    record,
    ping,
    status,
    reconnect,
    help,
    quit,
  };
  Verb verb = Verb::nothing;
  std::string peer;                ///< of offer, answer, ice, pair: an id
  std::string other;               ///< of pair: the second one
  std::string text;                ///< a message or its content; a room; a file to record to; empty: off
  std::string file;                ///< whose content is meant in the place of `text`
  std::uint64_t number = 0;        ///< of show
  std::vector<std::string> types;  ///< of filter; none: off; both names of a candidate or neither
  bool on = false;                 ///< of raw
};

/// Why a line is no command: a sentence, what to do included. Has what was typed in it.
struct BadCommand {
  std::string what;
};

[[nodiscard]] Result<Command, BadCommand> parse_command(std::string_view line, const RoomView& view);

/// The message that offer, answer and ice send. `content` is what was given: a JSON object, or else SDP text
/// or a candidate's line, which is wrapped; ice also takes null, the end of candidates.
[[nodiscard]] Result<std::string, BadCommand> compose(const Command& command, std::string_view content);

/// Every command with its arguments and a word on what it does, for /help.
[[nodiscard]] std::string help_text();
/// "/peers", "/join", ...
[[nodiscard]] std::vector<std::string> command_words();
/// Whether the command's argument number `index` (from 0) is a peer, or a room.
[[nodiscard]] bool takes_peer(std::string_view word, std::size_t index) noexcept;
[[nodiscard]] bool takes_room(std::string_view word, std::size_t index) noexcept;
[[nodiscard]] bool takes_file(std::string_view word, std::size_t index) noexcept;

}  // namespace p2psig
