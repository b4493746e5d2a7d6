// The readers of the formats, behind read_file and read_text. Each reads all of the input into the
// sink and returns false after it has recorded an error in the input.
#pragma once

#include "history/event_sink.h"
#include "history/input.h"

namespace tribunal::history {

// With `keys`, every client operation must have a :key (Porcupine's key-value logs).
bool read_edn(Input& input, EventSink& sink, bool keys);
bool read_jsonl(Input& input, EventSink& sink);
bool read_jepsen_log(Input& input, EventSink& sink, ReadReport& report);
bool read_binary(Input& input, History& history, const ReadOptions& options, ReadReport& report);

}  // namespace tribunal::history
