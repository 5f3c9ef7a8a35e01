#include "storage/chain.h"

#include "storage/archive.h"
#include "storage/hash.h"

namespace smallprint {
namespace {

void put(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(" ");
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '\\') {
      out += c;
    } else {
      out.append("\\x").append(to_hex({&c, 1}));
    }
  }
  out += '\n';
}

void put_lines(std::string& out, std::string_view name, std::string_view lines) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    put(out, name, lines.substr(0, end));
    if (end == std::string_view::npos) return;
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

std::string chain_text(const ChainRecord& record) {
  std::string out = "smallprint-record 1\n";
  put(out, "sequence", std::to_string(record.sequence));
  put(out, "document", record.document);
  put(out, "version", std::to_string(record.version));
  put(out, "observed_at", format_rfc3339(record.observed_at));
  put(out, "source", record.source);
  put(out, "text_sha256", record.text_sha256);
  if (record.visit) {
    put(out, "visit_at", format_rfc3339(record.visit->at));
    put(out, "visit_outcome", name(record.visit->outcome));
    put(out, "visit_reason", record.visit->reason);
    put(out, "visit_status", std::to_string(record.visit->status));
    put(out, "visit_final_url", record.visit->final_url);
    put(out, "visit_duration_ms", std::to_string(record.visit->duration.count()));
    put(out, "visit_bytes", std::to_string(record.visit->bytes));
    put(out, "visit_moved_to", record.visit->moved_to);
  }
  for (const ChainRecord::Page& page : record.pages) {
    put(out, "page_sha256", page.sha256);
    put(out, "status", std::to_string(page.status));
    put_lines(out, "url", page.urls);
    put_lines(out, "header", page.headers);
  }
  return out;
}

std::string chain_value(std::string_view line) {
  const std::size_t space = line.find(' ');
  line.remove_prefix(space == std::string_view::npos ? line.size() : space + 1);
  std::string out, byte;
  while (!line.empty()) {
    if (line.size() >= 4 && line.starts_with("\\x") && from_hex(line.substr(2, 2), byte)) {
      out += byte;
      line.remove_prefix(4);
    } else {
      out += line.front();
      line.remove_prefix(1);
    }
  }
  return out;
}

std::string chain_hash(std::string_view previous, std::string_view record_sha256) {
  return sha256_hex(std::string(previous).append("\n").append(record_sha256).append("\n"));
}

}  // namespace smallprint
