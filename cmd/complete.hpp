#pragma once

namespace p2psig {

/// `p2psig __complete rooms`: the server's rooms, a line each, for the shells' completions. Names with
/// control characters are left out: they are hostile, and a line could not hold them. Silent whatever
/// happens, and done within limits::kCompletionTime. `arguments` are those behind "__complete". The exit
/// code: 0.
int complete_for_shell(int count, const char* const* arguments);

}  // namespace p2psig
