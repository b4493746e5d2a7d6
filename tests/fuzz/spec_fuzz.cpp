// libFuzzer's entrance to the language of specifications: the input is the text of a file.
// tests/fuzz/spec_fuzz -seed_corpus DIRECTORY fills the directory with specifications that parse.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/fuzz/spec_harness.h"
#include "tests/spec/random_spec.h"

namespace {

void put(const std::string& file, const std::string& text) {
  std::FILE* out = std::fopen(file.c_str(), "wb");
  if (out == nullptr) std::abort();
  std::fwrite(text.data(), 1, text.size(), out);
  std::fclose(out);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count < 3 || std::strcmp((*arguments)[1], "-seed_corpus") != 0) return 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const std::string name = (*arguments)[2] + std::string("/spec-") + std::to_string(seed);
    put(name,
        seed % 2 == 0 ? tribunal::spec::random_spec(seed) : tribunal::spec::random_wild_spec(seed));
  }
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const std::string problem = tribunal::spec::problem_with(text);
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}
