#pragma once

namespace p2psig {

/// The whole program: what the command line asks for, and what it says where that cannot be done. Its exit
/// code.
int run(int argc, char** argv);

}  // namespace p2psig
