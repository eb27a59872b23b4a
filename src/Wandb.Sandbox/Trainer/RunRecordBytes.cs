using System.Security.Cryptography;
using System.Text;

namespace Wandb.Sandbox.Trainer;

/// <summary>
/// Serialized Record messages as SDK 0.28.2 writes them, numbered 1, 2, 3… in the order of the calls. An ordinary file: header, run,
/// environment, files, telemetry; for each step a runtime summary, the summary of what was logged, the history; at the end a runtime summary
/// and the exit. Every method returns the whole record, valid until the next call.
/// </summary>
internal sealed class RunRecordBytes(string runId)
{
    private const string SdkVersion = "0.28.2";
    private const string OldestReader = "0.70.0";

    private static readonly RecordKey Runtime = RecordKey.Plain("_runtime");
    private static readonly RecordKey WandbRuntime = RecordKey.Nested("_wandb", "runtime");
    private static readonly RecordItem EmptyWandb = new(RecordKey.Plain("_wandb"), "{}");

    private readonly ProtoBytes record = new();
    private readonly ProtoBytes body = new();
    private readonly ProtoBytes inner = new();
    private readonly byte[] info = new ProtoBytes().Text(1, runId).Written.ToArray();

    /// <summary>Number of the last record; 0 before the first.</summary>
    public long LastNumber { get; private set; }

    public ReadOnlySpan<byte> Header() =>
        Record(21, Body().Message(1, Inner().Text(1, SdkVersion + "+").Text(2, OldestReader).Written).Written, withInfo: true);

    /// <param name="run">Also good for later changes of name, notes and tags: the SDK repeats the whole identity.</param>
    /// <param name="mailboxSlot">Address of the SDK's answer; `wandb sync` waits for ever for the answer to a run record without one.</param>
    public ReadOnlySpan<byte> Run(TrainerRun run, string mailboxSlot)
    {
        Body().Text(1, run.RunId).TextUnlessEmpty(2, run.Entity).TextUnlessEmpty(3, run.Project);
        body.Message(4, ItemsIn(Inner(), 1, [.. run.Config, EmptyWandb]).Written);
        body.TextUnlessEmpty(6, run.Group).TextUnlessEmpty(7, run.JobType).TextUnlessEmpty(8, run.DisplayName).TextUnlessEmpty(9, run.Notes);
        foreach (string tag in run.Tags)
        {
            body.Text(10, tag);
        }

        body.TextUnlessEmpty(13, run.Host).Message(17, Time(run.StartTime)).Message(19, TelemetryOf(run));
        return Record(17, body.Written, withInfo: true, control: new ProtoBytes().Text(4, mailboxSlot).Written);
    }

    public ReadOnlySpan<byte> Environment(TrainerRun run)
    {
        Body().Text(1, run.OperatingSystem).Text(2, $"CPython {run.PythonVersion}").Message(3, Time(run.EnvironmentTime ?? run.StartTime));
        body.Text(6, run.Program).Text(7, run.CodePath).Text(8, run.CodePath).TextUnlessEmpty(10, run.Email).Text(11, run.Root);
        body.Text(12, run.Host).TextUnlessEmpty(13, run.UserName).Text(14, run.Executable).Text(199, run.WriterId);
        return Record(26, body.Written, withInfo: false);
    }

    public ReadOnlySpan<byte> Telemetry(TrainerRun run) => Record(11, TelemetryOf(run), withInfo: true);

    /// <param name="path">Below the run's `files` folder.</param>
    public ReadOnlySpan<byte> File(string path, FilePolicy policy, FileKind kind)
    {
        Inner().Text(1, path);
        NumberUnlessZero(inner, 2, (long)policy);
        NumberUnlessZero(inner, 3, (long)kind);
        return Record(6, Body().Message(1, inner.Written).Written, withInfo: false);
    }

    /// <summary>The summary that goes before each step and before the exit: whole seconds since the start.</summary>
    public ReadOnlySpan<byte> RuntimeSummary(long seconds) => Summary([new(WandbRuntime, SdkJson.Of(seconds)), new(Runtime, SdkJson.Of(seconds))]);

    /// <param name="changed">In any order; the SDK's is that of a walk over a Go map.</param>
    public ReadOnlySpan<byte> Summary(scoped ReadOnlySpan<RecordItem> changed) => Record(3, ItemsIn(Body(), 1, changed).Written, withInfo: false);

    /// <param name="step">Also among the items, as `_step`: that is what a sync sends.</param>
    /// <param name="items">In any order.</param>
    public ReadOnlySpan<byte> History(long step, scoped ReadOnlySpan<RecordItem> items)
    {
        NumberUnlessZero(Inner(), 1, step);
        return Record(2, ItemsIn(Body(), 1, items).Message(2, inner.Written).Written, withInfo: false);
    }

    /// <param name="items">With plain keys.</param>
    public ReadOnlySpan<byte> Stats(DateTimeOffset time, scoped ReadOnlySpan<RecordItem> items) =>
        Record(7, ItemsIn(Body().Message(2, Time(time)), 3, items).Written, withInfo: false, control: [5 << 3, 1]);

    /// <param name="text">A piece of the stream as one write call gave it; may hold parts of lines.</param>
    public ReadOnlySpan<byte> OutputRaw(bool isError, DateTimeOffset time, string text)
    {
        NumberUnlessZero(Body(), 1, isError ? 0 : 1);
        return Record(13, body.Message(2, Time(time)).Text(3, text).Written, withInfo: true);
    }

    /// <param name="run">Its id, project and entity.</param>
    public ReadOnlySpan<byte> Artifact(TrainerRun run, TrainerArtifact artifact)
    {
        const int ClientIdLength = 128;
        Inner().Text(1, artifact.EntryPath).Text(2, artifact.EntryDigest);
        NumberUnlessZero(inner, 4, artifact.Size);
        inner.Text(6, artifact.LocalPath);
        var layout = new ProtoBytes().Text(1, "storageLayout").Text(2, SdkJson.Of("V2"));
        var manifest = new ProtoBytes().Number(1, 1).Text(2, "wandb-storage-policy-v1").Message(3, layout.Written).Message(4, inner.Written);
        Body().Text(1, run.RunId).TextUnlessEmpty(2, run.Project).TextUnlessEmpty(3, run.Entity).Text(4, TrainerArtifact.Type).Text(5, artifact.Name);
        body.Text(6, artifact.Digest).Text(11, "latest").Message(12, manifest.Written).Flag(14, true);
        body.Text(15, RandomNumberGenerator.GetHexString(ClientIdLength, lowercase: true)).Text(16, RandomNumberGenerator.GetHexString(ClientIdLength, lowercase: true));
        return Record(8, body.Written, withInfo: true);
    }

    public ReadOnlySpan<byte> Exit(int exitCode, int runtimeSeconds, string mailboxSlot)
    {
        NumberUnlessZero(Body(), 1, exitCode);
        NumberUnlessZero(body, 2, runtimeSeconds);
        return Record(18, body.Written, withInfo: true, control: new ProtoBytes().Text(4, mailboxSlot).Flag(5, true).Written);
    }

    private ReadOnlySpan<byte> Record(int field, scoped ReadOnlySpan<byte> message, bool withInfo, scoped ReadOnlySpan<byte> control = default)
    {
        LastNumber++;
        record.Clear();
        record.Number(1, LastNumber).Message(field, message);
        if (!control.IsEmpty)
        {
            record.Message(16, control);
        }

        if (withInfo)
        {
            record.Message(200, info);
        }

        return record.Written;
    }

    private ProtoBytes Body()
    {
        body.Clear();
        return body;
    }

    private ProtoBytes Inner()
    {
        inner.Clear();
        return inner;
    }

    private static ProtoBytes ItemsIn(ProtoBytes target, int field, scoped ReadOnlySpan<RecordItem> items)
    {
        const int ValueField = 16;
        const int ValueKeyBytes = 2;
        foreach (RecordItem item in items)
        {
            int valueBytes = Encoding.UTF8.GetByteCount(item.ValueJson);
            int length = item.Key.Fields.Length + ValueKeyBytes + ProtoBytes.VarintBytes((ulong)valueBytes) + valueBytes;
            target.Length(field, length).Raw(item.Key.Fields).Text(ValueField, item.ValueJson);
        }

        return target;
    }

    /// <summary>proto3: a zero is not written.</summary>
    private static void NumberUnlessZero(ProtoBytes target, int field, long value)
    {
        if (value != 0)
        {
            target.Number(field, value);
        }
    }

    private static byte[] Time(DateTimeOffset time)
    {
        var fields = new ProtoBytes();
        NumberUnlessZero(fields, 1, time.ToUnixTimeSeconds());
        NumberUnlessZero(fields, 2, time.Ticks % TimeSpan.TicksPerSecond * 100);
        return fields.Written.ToArray();
    }

    /// <summary>Feature 4 is `offline`; the numbers are those of the SDK's telemetry.</summary>
    private static byte[] TelemetryOf(TrainerRun run) =>
        new ProtoBytes().Message(3, new ProtoBytes().Flag(4, true).Written)
            .Text(4, run.PythonVersion).Text(5, SdkVersion).Text(13, run.Platform).Written.ToArray();
}
