// libFuzzer's entrance: the first byte chooses the mode, the rest is fed as decoder_harness.h says.
// cmake -DTRIBUNAL_FUZZ=ON with clang++; then tests/fuzz/decoder_fuzz -seed_corpus DIRECTORY once,
// to fill it with what replicas really send, and tests/fuzz/decoder_fuzz DIRECTORY.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/fuzz/decoder_harness.h"

using namespace tribunal;
using namespace tribunal::cluster::wire;

namespace {

template <class P, class Make>
std::vector<Traffic<P>> each(Make make) {
  std::vector<Traffic<P>> all;
  for (const auto policy : all_policies) all.push_back(make(policy));
  return all;
}

template <class P>
class Target {
 public:
  explicit Target(std::vector<Traffic<P>> traffics) : traffics_(std::move(traffics)) {
    for (const Traffic<P>& traffic : traffics_) pointers_.push_back(&traffic);
    victims_ = victims_of<P>(pointers_);
  }
  void run(ByteView input) {
    Fed fed;
    feed(victims_, input, fed);
  }
  // One file for every few messages, and for every few records.
  void write_corpus(const std::string& directory, char mode) const {
    int file = 0;
    const auto put = [&](std::size_t victim, std::uint8_t how, const Bytes& payload) {
      if (payload.size() > 0xffff) return;
      Bytes input{static_cast<std::byte>(mode), static_cast<std::byte>(victim)};
      append_message(input, how, payload);
      const std::string name =
          directory + "/" + std::to_string(mode) + "-" + std::to_string(file++);
      std::FILE* out = std::fopen(name.c_str(), "wb");
      if (out == nullptr) std::abort();
      std::fwrite(input.data(), 1, input.size(), out);
      std::fclose(out);
    };
    for (std::size_t t = 0; t < traffics_.size(); ++t) {
      for (std::size_t i = 0; i < traffics_[t].sent.size(); i += 7) {
        const Sent<P>& one = traffics_[t].sent[i];
        put(t * traffic_nodes + index(one.to), static_cast<std::uint8_t>(index(one.from)),
            to_bytes(one.message));
      }
      for (std::size_t i = 0; i < traffics_[t].records.size(); i += 5) {
        put(t * traffic_nodes, 255, to_bytes(traffics_[t].records[i]));
      }
    }
  }

 private:
  std::vector<Traffic<P>> traffics_;
  std::vector<const Traffic<P>*> pointers_;
  std::vector<Victim<P>> victims_;
};

struct Targets {
  Target<sut::Raft> raft{{raft_traffic()}};
  Target<sut::SingleLeader> single_leader{
      {single_leader_traffic(), single_leader_traffic(sut::single_leader::Election::visible)}};
  Target<sut::MultiLeader> multi_leader{each<sut::MultiLeader>(multi_leader_traffic)};
  Target<sut::Leaderless> leaderless{each<sut::Leaderless>(leaderless_traffic)};
};
Targets& targets() {
  static Targets all;
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count < 3 || std::strcmp((*arguments)[1], "-seed_corpus") != 0) return 0;
  const std::string directory = (*arguments)[2];
  targets().raft.write_corpus(directory, 0);
  targets().single_leader.write_corpus(directory, 1);
  targets().multi_leader.write_corpus(directory, 2);
  targets().leaderless.write_corpus(directory, 3);
  std::exit(0);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView input = std::as_bytes(std::span(data + 1, size - 1));
  switch (data[0] % 4) {
    case 0:
      targets().raft.run(input);
      break;
    case 1:
      targets().single_leader.run(input);
      break;
    case 2:
      targets().multi_leader.run(input);
      break;
    default:
      targets().leaderless.run(input);
      break;
  }
  return 0;
}
