-- Every request follows a link drawn at random; the codes stand in a file, one a line.
local codes = {}

function init(args)
   for code in io.lines(args[1]) do codes[#codes + 1] = code end
   math.randomseed(os.time() + tonumber(tostring({}):match("0x(%x+)"), 16) % 100000)
   wrk.headers["User-Agent"] = "Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
   wrk.headers["Accept"] = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
   wrk.headers["Accept-Language"] = "it-IT,it;q=0.9,en;q=0.8"
   wrk.headers["Accept-Encoding"] = "gzip, deflate, br"
end

function request()
   return wrk.format("GET", "/r/" .. codes[math.random(#codes)] .. "?c=w")
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "microseconds": %d, "p50_us": %d, "p99_us": %d, "errors": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.timeout + errors.status))
end
