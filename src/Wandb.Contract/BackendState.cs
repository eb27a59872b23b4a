using System.Text.Json.Serialization;

namespace Wandb.Contract;

/// <summary>What the server's last answer meant.</summary>
[JsonConverter(typeof(EnumNameConverter<BackendState>))]
public enum BackendState
{
    /// <summary>Not asked yet.</summary>
    Unknown,

    /// <summary>It takes what is sent.</summary>
    Reachable,

    /// <summary>No answer, or one that asks to come again: DNS, refused, time-out, 5xx, 429.</summary>
    Unreachable,

    /// <summary>401: the key is missing or wrong.</summary>
    Unauthorized,

    /// <summary>403: the key may not do this.</summary>
    Forbidden,

    /// <summary>404: there is no such entity or project.</summary>
    NotFound,
}
