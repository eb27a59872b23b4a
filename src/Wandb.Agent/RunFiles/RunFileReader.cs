using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Wandb.Agent.RunFiles;

/// <summary>
/// Reads the records of one run file from the disk, at its own offset, through a window of fixed size; the file is never locked or written.
/// Keeps the digest of all bytes read when it began at the start. Not thread-safe.
/// </summary>
internal sealed class RunFileReader : IDisposable
{
    private const int WindowBytes = 8 * RunFileFormat.BlockBytes;

    // For what a growing file has added since the last look; below the size from which arrays are kept apart until a full collection.
    private const int SmallWindowBytes = 2 * RunFileFormat.BlockBytes;

    // Holds the run record with its start time: no other run has the same.
    private const int StartBytes = 4096;

    private readonly SafeFileHandle _file;
    private byte[] _window = [];
    private bool _isRented;
    private readonly RecordReader _reader;
    private readonly IncrementalHash? _digest;
    private long _windowStart;
    private int _windowLength;
    private bool _atEnd;

    // How long the file was when it was read last, also where it is to be read once more.
    private long _lengthSeen;

    // Everything before it is in the digest: bytes that are read once more are not.
    private long _digested;

    // Damage before it has stayed.
    private long _judgedUpTo;

    // The first bytes of a followed file as they were read, and when it was changed last.
    private byte[]? _start;
    private int _startLength;
    private long _modified;

    private RunFileReader(SafeFileHandle file, long offset, bool withDigest, bool follow)
    {
        _file = file;
        IsFollowing = follow;
        _windowStart = withDigest ? 0 : offset;
        _reader = new RecordReader(Math.Max(offset, RunFileFormat.HeaderBytes));
        _digest = withDigest ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
    }

    /// <summary>Whether the file may still grow: its end is then never judged, see <see cref="Next"/>.</summary>
    public bool IsFollowing { get; private set; }

    /// <summary>Bytes of the file that were read so far; after the end was reached, its length as far as this reader knows.</summary>
    public long LengthRead => _windowStart + _windowLength;

    /// <inheritdoc cref="RecordReader.ResumeOffset"/>
    public long ResumeOffset => _reader.ResumeOffset;

    /// <inheritdoc cref="RecordReader.RecordStart"/>
    public long RecordStart => _reader.RecordStart;

    /// <summary>The length of the file now; it may have grown or shrunk since it was opened.</summary>
    public long CurrentLength => RandomAccess.GetLength(_file);

    /// <summary>
    /// Where there is damage in a followed file that was not judged yet; null: nowhere. On a network's file system a length may be seen before all of
    /// the bytes: until then they are zeros. They are read anew by each <see cref="Next"/>; after <see cref="Judge"/> only in a block that is not full.
    /// </summary>
    public long? DoubtAt => _reader.IsInDoubt ? _reader.Offset : null;

    /// <summary>SHA-256 of the bytes read, lower-case hex; null when the reader began behind the start. Nothing may be read after it.</summary>
    public string? DigestOfRead()
    {
        Digest(LengthRead);
        return _digest is null ? null : Convert.ToHexStringLower(_digest.GetCurrentHash());
    }

    /// <summary>Opens a file that other processes may write, rename or delete at the same time.</summary>
    /// <param name="offset">0, or the <see cref="ResumeOffset"/> of an earlier reader.</param>
    /// <param name="follow">Somebody may still write the file: see <see cref="IsFollowing"/>.</param>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static RunFileReader Open(string path, long offset, bool follow = false)
    {
        // Opening a pipe would wait for its writer, for ever.
        if (RegularFile.Look(path) == RegularFile.Kind.Other)
            throw new NotRegularFileException();
        return new RunFileReader(
            File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan),
            offset, withDigest: offset == 0, follow);
    }

    /// <summary>The first bytes of the file, at most <paramref name="count"/>.</summary>
    public byte[] ReadStart(int count)
    {
        var start = new byte[count];
        return start[..ReadFully(start, 0)];
    }

    /// <summary>
    /// Yields what comes next. At the end of the file what is left over is judged: NeedMoreData then means that nothing is left.
    /// While the file is followed, NeedMoreData means that nothing more is there yet; a later call goes on when the file has grown.
    /// </summary>
    /// <exception cref="IOException">The disk failed.</exception>
    public RecordReadResult Next()
    {
        while (true)
        {
            var result = _reader.Read(_window.AsSpan(0, _windowLength), _windowStart, _atEnd, mayJudge: !IsFollowing || _reader.Offset < _judgedUpTo);
            if (result.Kind != RecordReadKind.NeedMoreData || _atEnd)
                return result;
            if (IsFollowing && _reader.IsInDoubt && RunFileFormat.BlockEnd(_reader.Offset) <= LengthRead)
            {
                Forget();
                return result;
            }
            Slide();
            if (_atEnd && IsFollowing)
            {
                // Not the end, only all that is there now: the next call looks again.
                _atEnd = false;
                if (_reader.IsInDoubt)
                    Forget();
                else
                    ReleaseWindow();
                return result;
            }
        }
    }

    /// <summary>What is there now and was damaged for a while is damaged.</summary>
    public void Judge() => _judgedUpTo = CurrentLength;

    /// <summary>Nothing will be written any more: <see cref="Next"/> judges what is left over at the end.</summary>
    public void EndFollowing() => IsFollowing = false;

    /// <summary>
    /// What became of the file that is followed. Another file at its place is noticed by its inode, one that was written over in place by its
    /// first bytes.
    /// </summary>
    /// <param name="path">Where the file was opened.</param>
    public FileGrowth LookAt(string path)
    {
        if (FileStamp.Of(path) is not { } there)
            return FileGrowth.AnotherFile;
        var length = CurrentLength;
        if (length < _lengthSeen || FileStamp.Of(_file) is { } ours && !ours.IsSameFileAs(there))
            return FileGrowth.AnotherFile;
        // Appending touches it as well; it is rare enough to compare a few bytes.
        if (there.ModifiedNanoseconds != _modified && HasAnotherStart())
            return FileGrowth.AnotherFile;
        _modified = there.ModifiedNanoseconds;
        return length > _lengthSeen ? FileGrowth.Grown : FileGrowth.Unchanged;
    }

    private bool HasAnotherStart()
    {
        // A reader that went on behind the start was checked against the start when it was opened.
        if (_startLength == 0)
            KeepStart(ReadStart(StartBytes), 0);
        return !ReadStart(_startLength).AsSpan().SequenceEqual(_start.AsSpan(0, _startLength));
    }

    private void KeepStart(ReadOnlySpan<byte> read, long position)
    {
        if (!IsFollowing || position != _startLength || position >= StartBytes)
            return;
        _start ??= new byte[StartBytes];
        var kept = read[..Math.Min(read.Length, StartBytes - _startLength)];
        kept.CopyTo(_start.AsSpan(_startLength));
        _startLength += kept.Length;
    }

    /// <summary>SHA-256 of the first <paramref name="length"/> bytes of a file, lower-case hex.</summary>
    /// <exception cref="IOException">The file cannot be read, or is shorter now.</exception>
    public static string DigestOf(string path, long length)
    {
        using var reader = Open(path, 0);
        reader.RentWindow(WindowBytes);
        while (reader.LengthRead < length)
        {
            var take = (int)Math.Min(WindowBytes, length - reader.LengthRead);
            var read = RandomAccess.Read(reader._file, reader._window.AsSpan(0, take), reader.LengthRead);
            if (read == 0)
                throw new EndOfStreamException("The file is shorter than it was");
            reader._windowLength = read;
            reader.Digest(reader.LengthRead);
            (reader._windowStart, reader._windowLength) = (reader.LengthRead, 0);
        }
        return reader.DigestOfRead() ?? throw new UnreachableException();
    }

    /// <summary>Hundreds of files may be followed that say nothing for hours: only what is left over is kept.</summary>
    private void ReleaseWindow()
    {
        var left = _window.AsSpan(0, _windowLength).ToArray();
        ReturnWindow();
        _window = left;
    }

    private void RentWindow(int bytes)
    {
        var left = _window;
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        left.AsSpan(0, _windowLength).CopyTo(rented);
        ReturnWindow();
        (_window, _isRented) = (rented, true);
    }

    private void ReturnWindow()
    {
        if (_isRented)
            ArrayPool<byte>.Shared.Return(_window);
        (_window, _isRented) = ([], false);
    }

    private void Slide()
    {
        if (_window.Length < WindowBytes && IsFollowing && CurrentLength - _windowStart <= SmallWindowBytes)
        {
            if (!_isRented)
                RentWindow(SmallWindowBytes);
        }
        else if (_window.Length < WindowBytes)
        {
            RentWindow(WindowBytes);
        }
        var keepFrom = (int)Math.Min(_reader.Offset - _windowStart, _windowLength);
        Digest(_windowStart + keepFrom);
        _window.AsSpan(keepFrom.._windowLength).CopyTo(_window);
        _windowStart += keepFrom;
        _windowLength -= keepFrom;
        var read = RandomAccess.Read(_file, _window.AsSpan(_windowLength), _windowStart + _windowLength);
        KeepStart(_window.AsSpan(_windowLength, read), _windowStart + _windowLength);
        _windowLength += read;
        _lengthSeen = Math.Max(_lengthSeen, LengthRead);
        _atEnd = read == 0;
    }

    /// <summary>What comes from <see cref="RecordReader.Offset"/> on is read again.</summary>
    private void Forget()
    {
        Digest(_reader.Offset);
        (_windowStart, _windowLength, _atEnd) = (_reader.Offset, 0, false);
        ReleaseWindow();
    }

    /// <param name="end">In the window; what is before it is not read again.</param>
    private void Digest(long end)
    {
        if (_digest is null)
            return;
        var from = (int)(_digested - _windowStart);
        _digest.AppendData(_window.AsSpan(from..(int)(end - _windowStart)));
        _digested = end;
    }

    private int ReadFully(Span<byte> target, long offset)
    {
        var total = 0;
        while (total < target.Length && RandomAccess.Read(_file, target[total..], offset + total) is > 0 and var read)
            total += read;
        return total;
    }

    public void Dispose()
    {
        ReturnWindow();
        _digest?.Dispose();
        _file.Dispose();
    }
}
