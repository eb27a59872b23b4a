using System.Collections.Concurrent;

namespace Wandb.Agent.Streaming;

/// <summary>
/// Buffers for bodies, shared by all runs of the process: a run that has nothing to send holds none, so that memory follows the requests on
/// their way and not the number of runs. Thread-safe.
/// </summary>
/// <param name="bodyBytes">When a body is full, see <see cref="StreamFiles.BodyBytes"/>.</param>
internal sealed class BodyPool(int bodyBytes)
{
    /// <summary>Live rows of half a second.</summary>
    private const int SmallBytes = 16 * 1024;

    /// <summary>A small one begins with: a heartbeat and a few rows. It grows, and stays with its run.</summary>
    private const int StartBytes = 4 * 1024;

    private const int FullBodiesKept = 4;

    // One on its way, the other being filled.
    private const int LargeBodiesKept = 2;

    private readonly ConcurrentQueue<LineBuffer> _full = new();
    private readonly ConcurrentQueue<LineBuffer> _large = new();
    private int _largeTaken;

    public int BodyBytes => bodyBytes;

    /// <summary>See <see cref="StreamFiles.LargeBodyBytes"/>; the same multiple of a body whose size was changed.</summary>
    public int LargeBodyBytes => (int)Math.Min(int.MaxValue / 2, (long)bodyBytes * (StreamFiles.LargeBodyBytes / StreamFiles.BodyBytes));

    /// <summary>An empty buffer.</summary>
    /// <param name="expectedBytes">Length of the body before it: the next one is likely to be like that.</param>
    public LineBuffer Rent(int expectedBytes)
    {
        if (expectedBytes > 2 * bodyBytes)
            return _large.TryDequeue(out var large) ? large : new LineBuffer(Size(LargeBodyBytes));
        if (expectedBytes > Math.Min(SmallBytes, bodyBytes / 2))
            return _full.TryDequeue(out var full) ? full : new LineBuffer(Size(bodyBytes), Size(LargeBodyBytes));
        return new LineBuffer(Math.Min(StartBytes, bodyBytes));
    }

    public void Return(LineBuffer body)
    {
        body.Clear();
        if (body.Capacity == Size(bodyBytes) && _full.Count < FullBodiesKept)
            _full.Enqueue(body);
        else if (body.Capacity == Size(LargeBodyBytes) && Volatile.Read(ref _largeTaken) != 0 && _large.Count < LargeBodiesKept)
            _large.Enqueue(body);
    }

    /// <summary>Asks for the right to fill large bodies, which one run at a time has.</summary>
    public bool TryTakeLarge() => Interlocked.CompareExchange(ref _largeTaken, 1, 0) == 0;

    public void GiveLargeBack()
    {
        _large.Clear();
        Volatile.Write(ref _largeTaken, 0);
    }

    // With room for the row that goes beyond the limit, and for what is added when the body is sealed.
    private static int Size(int bodyBytes) => bodyBytes + bodyBytes / 4;
}
