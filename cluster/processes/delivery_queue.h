// What is on its way through the proxy: frames and ends of connections, each with the time at which
// it arrives and the connection that takes it then. Ordered by (time, order of adding).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "cluster/wire/frame.h"

namespace tribunal::cluster {

// The ends of a connection through the proxy. near: who dialled it; far: the node that it dials.
enum class Side : std::uint8_t { near, far };
constexpr Side opposite(Side side) { return side == Side::near ? Side::far : Side::near; }
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

// Frames that wait somewhere.
struct Load {
  std::uint64_t frames = 0;
  std::size_t bytes = 0;
  Load& operator+=(const Load& other) {
    frames += other.frames;
    bytes += other.bytes;
    return *this;
  }
  Load& operator-=(const Load& other) {
    frames -= other.frames;
    bytes -= other.bytes;
    return *this;
  }
};

class DeliveryQueue {
 public:
  class Destination {
   public:
    // `first`: the frame opens the conversation (a hello).
    virtual void frame_arrives(Side at, wire::ByteView frame, bool first) = 0;
    virtual void end_arrives(Side at) = 0;

   protected:
    ~Destination() = default;
  };

  // The destination outlives what is on its way to it, or drops it.
  void add_frame(Time when, Destination& to, Side at, wire::ByteView frame, bool first);
  void add_end(Time when, Destination& to, Side at);
  Load drop(const Destination& to);

  // Everything that arrives until `now`. Destinations may add and drop meanwhile.
  void run(Time now);
  std::optional<Time> next() const;

 private:
  enum class What : std::uint8_t { first_frame, frame, end };
  struct Entry {
    Time when{};
    std::uint64_t sequence = 0;
    Destination* to = nullptr;
    std::uint32_t slot = 0;  // of the frame's bytes
    Side at{};
    What what{};
  };
  static bool later(const Entry& a, const Entry& b);
  void add(Entry entry);
  std::uint32_t store(wire::ByteView frame);
  void release(std::uint32_t slot, wire::Bytes&& bytes);

  std::vector<Entry> heap_;
  std::uint64_t next_sequence_ = 0;
  std::vector<wire::Bytes> slots_;  // their memory is used again: no allocation for small frames
  std::vector<std::uint32_t> free_slots_;
};

}  // namespace tribunal::cluster
