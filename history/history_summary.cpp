// What is derived from a whole history: its text for people, excerpts, memory and content hash.
#include <algorithm>
#include <cassert>

#include "base/hash.h"
#include "history/edn_syntax.h"
#include "history/history.h"

namespace tribunal::history {

namespace {

// A name as people read it: bare when that is not ambiguous, else quoted.
void show_name(std::string_view name, std::string& out) {
  if (is_plain_symbol(name)) {
    out += name;
  } else {
    show_string(name, out);
  }
}

}  // namespace

std::string History::show(std::uint32_t at) const {
  const Event event = this->event(at);
  std::string out =
      event.process == Process::nemesis ? "nemesis" : std::to_string(index(event.process));
  out.append("  ").append(history::name(event.type)).append("  ");
  show_name(name(event.f), out);
  if (event.has_key) {
    out += " [";
    value(event.key).show_to(out);
    out += ']';
  }
  out += ' ';
  value(event.value).show_to(out);
  if (!event.error.is_nil()) {
    out += "  ";
    value(event.error).show_to(out);
  }
  return out;
}

History History::excerpt(const std::vector<std::uint32_t>& invocations) const {
  std::vector<std::uint32_t> events;
  for (const std::uint32_t invocation : invocations) {
    assert(type(invocation) == EventType::invoke);
    events.push_back(invocation);
    if (partners_[invocation] != no_event) events.push_back(partners_[invocation]);
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());

  History out;
  for (const std::uint32_t at : events) {
    Event event = this->event(at);
    event.f = out.symbol(name(event.f));
    event.value = out.intern(value(event.value));
    event.key = out.intern(value(event.key));
    event.error = out.intern(value(event.error));
    const Status appended = out.append(event);
    assert(appended.ok());  // whatever a whole history obeys, whole operations of it obey
    static_cast<void>(appended);
  }
  return out;
}

std::size_t History::memory_bytes() const {
  constexpr std::size_t hash_node = 32;  // of an unordered_map with small entries
  constexpr std::size_t symbol_bytes = 2 * sizeof(std::string) + hash_node;
  return times_.capacity() * sizeof(times_[0]) + processes_.capacity() * sizeof(processes_[0]) +
         types_and_fs_.capacity() * sizeof(types_and_fs_[0]) +
         values_.capacity() * sizeof(values_[0]) + keys_.capacity() * sizeof(keys_[0]) +
         nodes_.capacity() * sizeof(nodes_[0]) + partners_.capacity() * sizeof(partners_[0]) +
         errors_.capacity() * sizeof(errors_[0]) + producers_.capacity() * sizeof(producers_[0]) +
         key_values_.capacity() * sizeof(key_values_[0]) +
         (key_index_.size() + open_.size()) * hash_node +
         (key_index_.bucket_count() + open_.bucket_count()) * sizeof(void*) +
         symbols_.size() * symbol_bytes + pool_.memory_bytes();
}

std::uint64_t History::content_hash() const {
  std::vector<std::uint64_t> symbol_hashes;
  for (const std::string& symbol : symbols_) symbol_hashes.push_back(hash_text(symbol));
  const auto hash_of = [&](ValueRef ref) { return pool_.hash(ref); };
  Fingerprint all;
  all.add(size());
  for (std::uint32_t i = 0; i < size(); ++i) {
    const Event event = this->event(i);
    all.add(event.time.count()).add(event.process).add(event.type);
    all.add(symbol_hashes[static_cast<std::size_t>(event.f)]);
    all.add(hash_of(event.value)).add(event.has_key);
    if (event.has_key) all.add(hash_of(event.key));
    all.add(event.node).add(hash_of(event.error)).add(event.producers);
  }
  return all.value();
}

}  // namespace tribunal::history
