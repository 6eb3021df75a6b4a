<?php

declare(strict_types=1);

namespace App;

final class Release
{
    public const VERSION = 'v8.0.1';
}
