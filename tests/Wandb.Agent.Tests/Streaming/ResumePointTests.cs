using Wandb.Agent.Streaming;
using Xunit;

namespace Wandb.Agent.Tests.Streaming;

/// <summary>Where there is no checkpoint, the server's count and last line decide.</summary>
public sealed class ResumePointTests
{
    /// <param name="ours">Our lines; each letter is a fingerprint, '?' one that cannot be read.</param>
    /// <param name="serverBase">Where our line 0 belongs; -1 when it cannot be told.</param>
    [Theory]
    [InlineData("the server has nothing", "abc", 0, '-', false, 0)]
    [InlineData("the server has nothing of a run that we began", "abc", 0, '-', true, 0)]
    [InlineData("all of ours", "abc", 3, 'c', true, 0)]
    [InlineData("our first two", "abc", 2, 'b', true, 0)]
    [InlineData("our first two, and we are not known as their writer", "abc", 2, 'b', false, 0)]
    [InlineData("an earlier part, nothing of ours", "abc", 10, 'x', false, 10)]
    [InlineData("an earlier part and all of ours", "abc", 13, 'c', true, 10)]
    [InlineData("an earlier part and our first", "abc", 11, 'a', true, 10)]
    [InlineData("equal rows: the server's count tells which", "aaaa", 2, 'a', true, 0)]
    [InlineData("equal rows behind an earlier part: as many as possible are ours", "aaa", 5, 'a', true, 2)]
    [InlineData("rows of somebody else, although we began", "abc", 5, 'x', true, -1)]
    [InlineData("an unreadable tail, although we began", "abc", 2, '?', true, -1)]
    [InlineData("an unreadable tail of an earlier part", "abc", 2, '?', false, 2)]
    [InlineData("our unreadable row matches nothing", "a?c", 3, 'c', true, 0)]
    [InlineData("no line of ours", "", 4, 'x', true, 4)]
    [InlineData("a later row that happens to be equal is no match", "abx", 2, 'x', false, 2)]
    public void Place_of_our_lines_is_told_by_count_and_last_line(string what, string ours, long lines, char last, bool begun, long serverBase)
    {
        var search = new ResumeSearch(new ServerLines(lines, last is '?' or '-' ? null : last));
        foreach (var line in ours)
            search.Add(line == '?' ? null : line);
        Assert.Equal(ours.Length, search.Count);
        ResumePoint expected = serverBase < 0 ? new ResumePoint.Unclear() : new ResumePoint.At(serverBase);
        Assert.True(expected == search.Decide(begun), what);
    }
}
