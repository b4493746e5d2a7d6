// What hosts want to know of a message: a hash, words, a size.
#include "sut/multi_leader/message.h"

#include "sut/transactions.h"

namespace tribunal::sut::multi_leader {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

// "n2:7" or, of a later life, "n2.3:7".
std::string show(const replicated::Dot& dot) {
  const std::string life = dot.actor.life > 0 ? "." + number(dot.actor.life) : "";
  return "n" + number(std::uint64_t{index(dot.actor.node)} + 1) + life + ":" + number(dot.counter);
}

}  // namespace

void fold(Fingerprint& print, const Entry& entry) {
  sut::fold(print, entry.update);
  sut::fold(print, entry.dependencies);
  if (entry.event) sut::fold(print, *entry.event);
}

void fold(Fingerprint& print, const Snapshot& snapshot) {
  sut::fold(print, snapshot.objects);
  sut::fold(print, snapshot.seen);
  sut::fold(print, snapshot.clock);
  if (!snapshot.instances.empty()) sut::fold(print, snapshot.instances);
}

std::uint64_t content_hash(const Message& message) { return fingerprint_of(message); }

std::string show(const Message& m) {
  std::string text = m.state ? "state" : m.entries.empty() ? "status" : "updates";
  text += " #" + number(m.number) + " echo=" + number(m.echo) + " seen=";
  for (const replicated::Dot& dot : m.seen.vector()) {
    if (text.back() != '=') text += ",";
    text += show(dot);
  }
  if (!m.entries.empty()) {
    text += " entries=" + number(m.entries.size()) + " first=" + show(m.entries.front().update.dot);
  }
  return text + (m.probe ? " probe" : "");
}

std::uint64_t wire_bytes(const Message& message) {
  std::uint64_t bytes = 64 + message.seen.wire_bytes();
  for (const Entry& entry : message.entries) {
    bytes += entry.update.wire_bytes() + entry.dependencies.wire_bytes();
    if (entry.event) bytes += sut::wire_bytes(*entry.event);
  }
  if (message.state) {
    bytes += message.state->seen.wire_bytes();
    for (const Object& object : message.state->objects) bytes += 16 + object.datum.wire_bytes();
    for (const spec::Instance& instance : message.state->instances) {
      bytes += sut::wire_bytes(instance);
    }
  }
  return bytes;
}

}  // namespace tribunal::sut::multi_leader
