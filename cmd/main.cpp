#include "cmd/run.hpp"

int main(int argc, char** argv) { return p2psig::run(argc, argv); }
