import CLinux
import Glibc
import Testing

@testable import ToolSupport

@Suite("Arguments, held against getopt_long(3)")
struct GetoptTests {
    /// What either parser makes of the arguments up to the first error.
    struct Reading: Equatable, CustomStringConvertible {
        enum Problem: Equatable { case unknownOrAmbiguous, missingValue }
        struct Item: Equatable {
            let option: Int
            let value: String?
        }
        var items: [Item] = []
        /// All operands; only without an error, as getopt moves them to the end.
        var operands: [String] = []
        var problem: Problem?

        var description: String {
            let items = items.map { "\($0.option)=\($0.value ?? "-")" }.joined(separator: " ")
            return "\(items) | \(operands) | \(problem.map { "\($0)" } ?? "ok")"
        }
    }

    static let options: [OptionInfo] = [
        ("-a", "--all", .none(negatable: false)), ("-b", "--before", .required("N")),
        ("-c", "--create", .optional("N")), ("-d", "--delimiter", .required("STR")),
        ("-e", "--exit-at-end", .none(negatable: false)), ("-0", "--null", .none(negatable: false)),
        ("-f", "--from", .required("N")), ("-F", "--format", .optional("F")), ("-g", "--f", .none(negatable: false)),
        ("-h", "--no-create", .none(negatable: false)),
    ].map { short, long, argument in
        OptionInfo(
            names: [short, long], aliases: [], argument: argument, repeats: false, completion: .none, fallback: nil,
            environment: nil, help: "x", manual: nil, group: "x", isHidden: false, role: .sets)
    }

    static func ours(_ arguments: [String]) -> Reading {
        var reading = Reading()
        var reader = ArgumentReader(arguments)
        do throws(UsageError) {
            while let token = try reader.next(options) {
                switch token {
                case .option(let index, .value(let text), _): reading.items.append(.init(option: index, value: text))
                case .option(let index, _, _): reading.items.append(.init(option: index, value: nil))
                case .operand(let text, _): reading.operands.append(text)
                }
            }
        } catch {
            reading.operands = []
            reading.problem = error.description.contains("wants a value") ? .missingValue : .unknownOrAmbiguous
        }
        return reading
    }

    /// The same by the C library. Its state is global, so all calls are in this one test.
    static func theirs(_ arguments: [String]) -> Reading {
        var reading = Reading()
        var letters = ":"
        var names = unsafe [UnsafeMutablePointer<CChar>?]()
        var longs = unsafe [option]()
        for (index, info) in options.enumerated() {
            let mark: String
            let has: CInt
            switch info.argument {
            case .none: (mark, has) = ("", no_argument)
            case .required: (mark, has) = (":", required_argument)
            case .optional: (mark, has) = ("::", optional_argument)
            }
            letters += info.names[0].dropFirst() + mark
            let name = unsafe strdup(String(info.names[1].dropFirst(2)))
            unsafe names.append(name)
            unsafe longs.append(option(name: UnsafePointer(name), has_arg: has, flag: nil, val: CInt(1000 + index)))
        }
        unsafe longs.append(option(name: nil, has_arg: 0, flag: nil, val: 0))
        var argv = unsafe (["tool"] + arguments).map { unsafe strdup($0) } + [nil]
        let originals = unsafe argv
        defer {
            unsafe (names + originals).forEach { unsafe free($0) }
        }
        // The globals by address: Swift does not let them be named, as any thread could write them.
        let handle = unsafe dlopen(nil, RTLD_NOW)
        guard let optind = unsafe dlsym(handle, "optind")?.assumingMemoryBound(to: CInt.self),
            let optarg = unsafe dlsym(handle, "optarg")?.assumingMemoryBound(to: UnsafeMutablePointer<CChar>?.self)
        else {
            Issue.record("no optind")
            return reading
        }
        unsafe optind.pointee = 0
        let count = CInt(arguments.count + 1)
        while true {
            let result = unsafe getopt_long(count, &argv, letters, longs, nil)
            if result == -1 { break }
            if result == CInt(UInt8(ascii: "?")) || result == CInt(UInt8(ascii: ":")) {
                reading.problem = result == CInt(UInt8(ascii: ":")) ? .missingValue : .unknownOrAmbiguous
                return reading
            }
            let index =
                result >= 1000
                ? Int(result) - 1000
                : options.firstIndex { $0.names[0] == "-\(Character(Unicode.Scalar(UInt8(result))))" } ?? -1
            let text = unsafe optarg.pointee
            let takesValue = options[index].argumentName != nil
            reading.items.append(
                .init(option: index, value: takesValue ? unsafe text.map { unsafe String(cString: $0) } : nil))
        }
        for index in unsafe Int(optind.pointee)..<Int(count) {
            if let text = unsafe argv[index] { reading.operands.append(unsafe String(cString: text)) }
        }
        return reading
    }

    @Test func `thousands of generated command lines are read alike`() {
        var random = SplitMix(seed: 20_251_125)
        let words = [
            "-a", "-e", "-0", "-ae", "-ea0", "-b", "-b5", "-ab5", "-abe", "-c", "-c5", "-ac", "-ac7", "-d,", "-d",
            "-d=,",
            "-f", "-F", "-Fx", "-x", "-ax", "-", "--", "--all", "--al", "--a", "--all=1", "--before", "--before=3",
            "--before=", "--bef=3", "--b", "--create", "--create=4", "--create=", "--cr=4", "--c", "--delimiter=--",
            "--delimiter", "--d=a=b", "--exit-at-end", "--exit", "--e", "--from", "--fro=1", "--fr", "--format",
            "--form=2", "--fo", "--f", "--f=1", "--n", "--no", "--nu", "--no-create", "--no-c", "--unknown", "--=x",
            "---", "--a=b", "topic", "file", "5", "", "-é", "é", "--é", "=", "-=", "--null", "-g", "-h", "-hg",
        ]
        var problems = 0
        for _ in 0..<20_000 {
            let arguments = (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                words[Int.random(in: words.indices, using: &random)]
            }
            let ours = Self.ours(arguments)
            let theirs = Self.theirs(arguments)
            #expect(ours == theirs, "\(arguments)")
            if theirs.problem != nil { problems += 1 }
        }
        // Both kinds of command lines were among them.
        #expect(problems > 2000 && problems < 18_000)
    }
}
